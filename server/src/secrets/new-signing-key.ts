import { generateKeyPairSync } from 'node:crypto';

/** Generates an ed25519 key: its 32 private bytes as base64. */
export function newSigningKey(): string {
  const { d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  return Buffer.from(d as string, 'base64url').toString('base64');
}
