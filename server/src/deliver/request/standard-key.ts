import { createSecretKey, type KeyObject } from 'node:crypto';

/** Base64 as the libraries of Standard Webhooks read it, with their prefix or without. */
const BASE64 = /^(?:whsec_)?((?:[\w+/-]{4})+(?:[\w+/-]{2}(?:==)?|[\w+/-]{3}=?)?)$/;

/**
 * The key of Standard Webhooks of a secret. One that its owner set may be any text: if it is not base64,
 * the key is the text itself, and a receiver configures `whsec_` and the text in base64.
 */
export function standardKey(secret: string): KeyObject {
  const encoded = BASE64.exec(secret)?.[1];
  const bytes = encoded === undefined ? Buffer.from(secret) : Buffer.from(encoded, 'base64');
  // Node accepts an empty key, and anyone could sign with it.
  if (/^=*$/.test(secret)) throw new Error('the signing secret is empty');
  return createSecretKey(bytes);
}
