import { createPrivateKey, type KeyObject } from 'node:crypto';

/** What PKCS#8 has before the 32 bytes of an ed25519 key (RFC 8410, 7). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * The key of `newSigningKey`, ready to sign.
 *
 * @throws Error unless the text is the base64 of 32 bytes
 */
export function ed25519Key(privateKey: string): KeyObject {
  const bytes = Buffer.from(privateKey, 'base64');
  if (bytes.length !== 32) throw new Error('the signing key has not 32 bytes');
  return createPrivateKey({ key: Buffer.concat([PKCS8, bytes]), format: 'der', type: 'pkcs8' });
}
