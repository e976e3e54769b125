import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Target } from '../../model/webhook.ts';
import { publicKeyText } from '../../secrets/public-key-text.ts';
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

// What the server of Svix, who wrote the specification, tests its own signature with.
const VECTOR = {
  key: '6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbc=',
  publicKey: 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  body: Buffer.from('{"test": 2432232314}'),
  nowMs: 1_614_265_330_000,
  signature:
    'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==',
};

const signaturesOf = (target: Partial<Target>, versions: readonly ('v1' | 'v1a')[]) =>
  standardHeaders(
    { signingSecret: 'dGhpc19zZWNyZXQ=', previousSecret: undefined, ...target } as Target,
    VECTOR.id,
    VECTOR.nowMs,
    VECTOR.body,
    versions,
  )[5]?.split(' ');

test('v1a is the published vector', () => {
  const signingKeys = { current: VECTOR.key, previous: undefined };
  expect(signaturesOf({ signingKeys }, ['v1a'])).toEqual([VECTOR.signature]);
  expect(publicKeyText(VECTOR.key)).toBe(VECTOR.publicKey);
});

test('both versions sign, the new keys before those that they replace, until their time is over', () => {
  const previous = (text: string, inMs: number) => ({ text, until: new Date(VECTOR.nowMs + inMs) });
  const other = Buffer.alloc(32, 1).toString('base64');
  const kinds = (inMs: number) =>
    signaturesOf(
      {
        previousSecret: previous('b2xkX3NlY3JldA==', inMs),
        signingKeys: { current: other, previous: previous(VECTOR.key, inMs) },
      },
      ['v1', 'v1a'],
    );
  const during = kinds(1);
  expect(during?.map((text) => text.split(',')[0])).toEqual(['v1', 'v1', 'v1a', 'v1a']);
  expect(during?.[3]).toBe(VECTOR.signature);
  expect(kinds(0)).toEqual([during?.[0], during?.[2]]);
});

test('a target without a key pair is signed with its secret', () => {
  const plain = signaturesOf({}, ['v1']);
  expect(signaturesOf({}, ['v1', 'v1a'])).toEqual(plain);
  expect(signaturesOf({}, ['v1a'])).toEqual(plain);
});
