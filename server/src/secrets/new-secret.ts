import { randomBytes } from 'node:crypto';

/** Generates a signing secret: 32 random bytes as base64, 44 characters. */
export function newSecret(): string {
  return randomBytes(32).toString('base64');
}
