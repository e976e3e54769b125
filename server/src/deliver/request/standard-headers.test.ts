import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Target } from '../../model/webhook.ts';
import { standardHeaders } from './standard-headers.ts';

/** The key that a receiver's library takes from `whsec_` and the text after it. */
const libraryKey = (configured: string) => Buffer.from(configured.replace(/^whsec_/, ''), 'base64');

test.each([
  ['as made', 'dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==', (text: string) => `whsec_${text}`],
  ['with the prefix', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', (text: string) => text],
  ['without padding', 'MfKQ9r8GKYqrTwjUPD8', (text: string) => `whsec_${text}`],
  ['of no base64', '!!!!!!!!!!!!!!!!', (text: string) => `whsec_${btoa(text)}`],
  ['a passphrase', 'correct horse battery', (text: string) => `whsec_${btoa(text)}`],
])('a secret %s signs with the key of the library', (_what, signingSecret, configured) => {
  const target = { signingSecret, previousSecret: undefined } as Target;
  const body = Buffer.from('{}');
  const [, id, , timestamp, , signature] = standardHeaders(target, 'id', 1_700_000_000_000, body);
  const expected = createHmac('sha256', libraryKey(configured(signingSecret)))
    .update(`${id}.${timestamp}.{}`)
    .digest('base64');
  expect(signature).toBe(`v1,${expected}`);
});
