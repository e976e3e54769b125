import { createPublicKey, type KeyObject } from 'node:crypto';

/** `whpk_` and the base64 of 32 bytes: no secret of Standard Webhooks has this form. */
const TEXT = /^whpk_([A-Za-z\d+/]{43}=)$/;

/** The public key of `v1a` signatures, as `publicKeyText` and Svix write it; undefined: the text is none. */
export function ed25519PublicKey(text: string): KeyObject | undefined {
  const encoded = TEXT.exec(text)?.[1];
  if (encoded === undefined) return undefined;
  const x = Buffer.from(encoded, 'base64').toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}
