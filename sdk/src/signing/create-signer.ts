import { importKey } from './import-key.ts';
import type { SignedBody } from './signed-body.ts';
import { signedBytes } from './signed-bytes.ts';

/**
 * Creates a signer for one secret. The first signature imports the key and the signer keeps it, so
 * use this form to sign many bodies.
 *
 * @param secret - The text of the signing secret, not decoded.
 * @returns A function from the timestamp header's value and the body's bytes to the signature:
 *   `base64(HMAC-SHA256(secret, timestamp + body))`.
 * @throws `ConfigurationError` (the returned function rejects) when the secret is empty.
 */
export const createSigner = (
  secret: string,
): ((timestamp: string, body: SignedBody) => Promise<string>) => {
  let key: CryptoKey | undefined;
  return async (timestamp, body) => {
    // Keeps the key and not its promise, so that later signatures wait only for the HMAC.
    key ??= await importKey(secret);
    const mac = await crypto.subtle.sign('HMAC', key, signedBytes(timestamp, body));
    return btoa(String.fromCharCode(...new Uint8Array(mac)));
  };
};
