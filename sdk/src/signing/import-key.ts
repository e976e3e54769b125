import { ConfigurationError } from '../errors/configuration-error.ts';

/**
 * The HMAC key of a signing secret: the bytes of its text, not decoded.
 *
 * @throws ConfigurationError when the secret is empty.
 */
export const importKey = (secret: string): Promise<CryptoKey> => {
  if (!secret) throw new ConfigurationError('The signing secret is empty');
  return crypto.subtle.importKey(
    'raw',
    new TextEncoder().encode(secret),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign', 'verify'],
  );
};
