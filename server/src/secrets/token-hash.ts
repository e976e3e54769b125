import { createHash } from 'node:crypto';

/** What is kept of a token: its SHA-256. Tokens are long and random, so a slow hash adds nothing. */
export function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
