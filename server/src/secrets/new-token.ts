import { randomBytes } from 'node:crypto';

/** Makes the secret of a token: 240 random bits, with a beginning by which leaked ones are found. */
export function newToken(): string {
  return `ht_${randomBytes(30).toString('base64url')}`;
}
