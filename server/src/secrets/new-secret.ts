import { randomBytes } from 'node:crypto';

/** Makes a signing secret: the base64 of 32 random bytes, 44 characters. */
export function newSecret(): string {
  return randomBytes(32).toString('base64');
}
