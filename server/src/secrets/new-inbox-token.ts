import { randomBytes } from 'node:crypto';

/** Generates the token in the address of an inbox: 240 random bits, with a prefix that leak scanners can find. */
export function newInboxToken(): string {
  return `hi_${randomBytes(30).toString('base64url')}`;
}
