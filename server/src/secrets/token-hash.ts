import { createHash } from 'node:crypto';

/** Hashes a token for storage: SHA-256, because a slow hash adds nothing to 240 random bits. */
export function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
