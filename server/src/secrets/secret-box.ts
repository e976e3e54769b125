import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Encrypts stored secrets with AES-256-GCM: nonce (12 bytes), tag (16 bytes), ciphertext. */
export interface SecretBox {
  seal(text: string): Buffer;
  /** @throws Error when another key sealed the bytes, or they were changed */
  open(sealed: Uint8Array): string;
}

/** @param key the 32 bytes of HOOKTRAIL_SECRET_KEY */
export function createSecretBox(key: Uint8Array): SecretBox {
  return {
    seal(text) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
    },
    open(sealed) {
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12));
      decipher.setAuthTag(sealed.subarray(12, 28));
      return decipher.update(sealed.subarray(28), undefined, 'utf8') + decipher.final('utf8');
    },
  };
}
