import { createHmac, createSecretKey } from 'node:crypto';

/**
 * Makes a signer for one secret, by the rule of `@hooktrail/sdk/signature` (spec/contract.md, "The
 * outbound request"), with Node's own HMAC instead of Web Crypto's: see
 * `docs/decisions/signing.md`. A test ensures that both agree.
 */
export function createSigner(secret: string): (timestamp: string, body: Uint8Array) => string {
  // Node accepts an empty key, and anyone could sign with it.
  if (secret === '') throw new Error('the signing secret is empty');
  const key = createSecretKey(secret, 'utf8');
  return (timestamp, body) =>
    createHmac('sha256', key).update(timestamp).update(body).digest('base64');
}
