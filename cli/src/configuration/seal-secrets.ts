import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import { usageFailure } from '../failures/usage-failure.ts';
import type { WebhookSecrets } from './configuration.ts';

/** Secrets of webhooks, by name. */
export type Secrets = Readonly<Record<string, WebhookSecrets>>;

const FORM = 'hooktrail-sealed-1';
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** 64 MiB and about 0.2 s for each guess of a passphrase. */
const COST = { N: 65_536, r: 8, p: 1, maxmem: 128 * 1024 * 1024 };

const keyOf = (passphrase: string, salt: Buffer): Buffer => scryptSync(passphrase, salt, 32, COST);

/** Encrypts secrets with a passphrase: AES-256-GCM with a key by scrypt. */
export function sealSecrets(secrets: Secrets, passphrase: string): string {
  const salt = randomBytes(SALT_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyOf(passphrase, salt), nonce);
  const sealed = [cipher.update(JSON.stringify(secrets), 'utf8'), cipher.final()];
  const all = Buffer.concat([salt, nonce, ...sealed, cipher.getAuthTag()]);
  return `${FORM}:${all.toString('base64')}`;
}

/**
 * Decrypts what `sealSecrets` made.
 *
 * @throws CommandFailure when the passphrase is another one, or the text was changed
 */
export function openSecrets(text: string, passphrase: string): Secrets {
  const [form, data = ''] = text.split(':');
  const all = Buffer.from(data, 'base64');
  if (form !== FORM || all.length < SALT_BYTES + NONCE_BYTES + TAG_BYTES) {
    throw usageFailure('"secrets" is not what an export with --secrets writes');
  }
  const salt = all.subarray(0, SALT_BYTES);
  const nonce = all.subarray(SALT_BYTES, SALT_BYTES + NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', keyOf(passphrase, salt), nonce);
  decipher.setAuthTag(all.subarray(-TAG_BYTES));
  try {
    const sealed = all.subarray(SALT_BYTES + NONCE_BYTES, -TAG_BYTES);
    const plain = Buffer.concat([decipher.update(sealed), decipher.final()]);
    return JSON.parse(plain.toString('utf8')) as Secrets;
  } catch {
    throw usageFailure('the passphrase does not open the secrets, or the file was changed');
  }
}
