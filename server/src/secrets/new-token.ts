import { randomBytes } from 'node:crypto';

/** Generates the secret of a token: 240 random bits, with a prefix that leak scanners can find. */
export function newToken(): string {
  return `ht_${randomBytes(30).toString('base64url')}`;
}
