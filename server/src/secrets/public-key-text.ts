import { createPublicKey } from 'node:crypto';
import { ed25519Key } from './ed25519-key.ts';

/** The public half as Standard Webhooks writes it: `whpk_` and the base64 of its 32 bytes. */
export function publicKeyText(privateKey: string): string {
  const { x } = createPublicKey(ed25519Key(privateKey)).export({ format: 'jwk' });
  return `whpk_${Buffer.from(x as string, 'base64url').toString('base64')}`;
}
