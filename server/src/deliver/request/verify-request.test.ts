import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Target } from '../../model/webhook.ts';
import { standardHeaders } from './standard-headers.ts';
import { verifyRequest } from './verify-request.ts';

const NOW_MS = Date.parse('2026-11-29T10:00:00Z');
const SECRET = 'dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==';
const OLD = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=';
const BODY = Buffer.from('{"say": "hello"}');

type Signer = Pick<Target, 'signingSecret' | 'previousSecret' | 'signingKeys'>;
const signer: Signer = {
  signingSecret: SECRET,
  previousSecret: undefined,
  signingKeys: undefined,
};
const rotated: Signer = {
  ...signer,
  previousSecret: { text: OLD, until: new Date(NOW_MS + 1) },
};

const zendesk = (body: Buffer, secret = SECRET, at = '2026-11-29T10:00:00Z') =>
  new Map([
    [
      'x-zendesk-webhook-signature',
      createHmac('sha256', secret).update(at).update(body).digest('base64'),
    ],
    ['x-zendesk-webhook-signature-timestamp', at],
  ]);

const KEYS = ['a', 'b', 'c'].map((text) => Buffer.alloc(32, text).toString('base64'));
const paired: Signer = {
  ...signer,
  signingKeys: {
    current: KEYS[0] as string,
    previous: { text: KEYS[1] as string, until: new Date(NOW_MS + 1) },
  },
};
const withKey = (key: string | undefined): Signer => ({
  ...signer,
  signingKeys: { current: key as string, previous: undefined },
});

function standard(
  body: Buffer,
  by: Signer = signer,
  versions: readonly ('v1' | 'v1a')[] = ['v1'],
): Map<string, string> {
  const id = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
  const list = standardHeaders(by as Target, id, NOW_MS, body, versions);
  const pairs = list.flatMap((name, index): [string, string][] =>
    index % 2 === 0 ? [[name, list[index + 1] as string]] : [],
  );
  return new Map(pairs);
}

const verify = (headers: Map<string, string>, body = BODY, by = signer) =>
  verifyRequest(by, { headers, body }, NOW_MS);

describe('a signature is valid', () => {
  test('of the check vector of the contract, however old', () => {
    const headers = new Map([
      ['x-zendesk-webhook-signature', 'gf3v0LzLRHPUnIdhbvwRDVEvzSb07/QN0GYjSNlkBT0='],
      ['x-zendesk-webhook-signature-timestamp', '2021-07-25T10:00:00Z'],
    ]);
    expect(verify(headers)).toMatchObject([{ scheme: 'zendesk', valid: true, secret: 'current' }]);
    expect(verify(headers)[0]?.explanation).toMatch(
      /old: a receiver that accepts 5 minutes refuses/,
    );
  });

  test('of both schemes at once, and of an empty body', () => {
    const none = Buffer.alloc(0);
    const headers = new Map([...zendesk(none), ...standard(none)]);
    expect(verify(headers, none)).toMatchObject([
      { scheme: 'zendesk', valid: true },
      { scheme: 'standard_webhooks', valid: true, secret: 'current' },
    ]);
  });

  test('by the previous secret, and says so, until its grace period ends', () => {
    const headers = zendesk(BODY, OLD);
    expect(verify(headers, BODY, rotated)).toMatchObject([{ valid: true, secret: 'previous' }]);
    const over = { ...rotated, previousSecret: { text: OLD, until: new Date(NOW_MS) } };
    expect(verify(headers, BODY, over)).toMatchObject([{ valid: false, reason: 'mismatch' }]);
    // Two signatures in one header, of which a receiver knows one.
    expect(verify(standard(BODY, rotated), BODY, rotated)).toMatchObject([
      { valid: true, secret: 'current' },
    ]);
  });

  test('of bytes that are no text', () => {
    const bytes = Buffer.from([0xff, 0x00, 0xfe]);
    expect(verify(zendesk(bytes), bytes)).toMatchObject([{ valid: true }]);
  });
});

describe('a signature is not valid, and says why', () => {
  test.each<[string, Map<string, string>, string, RegExp]>([
    ['nothing was pasted', new Map(), 'missing', /X-Zendesk-Webhook-Signature and .* missing/],
    [
      'the timestamp is missing',
      new Map([['x-zendesk-webhook-signature', 'x']]),
      'missing',
      /^X-Zendesk-Webhook-Signature-Timestamp missing/,
    ],
    [
      'the timestamp is no time',
      new Map([...zendesk(BODY), ['x-zendesk-webhook-signature-timestamp', 'today']]),
      'malformed',
      /is not a time/,
    ],
    [
      'the signature is hexadecimal',
      new Map([...zendesk(BODY), ['x-zendesk-webhook-signature', 'ab'.repeat(32)]]),
      'malformed',
      /44 characters/,
    ],
    ['the secret is another one', zendesk(BODY, OLD), 'mismatch', /Body, timestamp or secret/],
    [
      'the timestamp is another one',
      new Map([
        ...zendesk(BODY),
        ['x-zendesk-webhook-signature-timestamp', '2026-11-29T10:00:01Z'],
      ]),
      'mismatch',
      /Body, timestamp or secret/,
    ],
    [
      'the id of Standard Webhooks is another one',
      new Map([...standard(BODY), ['webhook-id', 'other']]),
      'mismatch',
      /Body, timestamp or secret/,
    ],
    [
      'the signature of Standard Webhooks has another version',
      new Map([...standard(BODY), ['webhook-signature', `v2,${'A'.repeat(43)}=`]]),
      'malformed',
      /no part "v1,"/,
    ],
    [
      'the timestamp of Standard Webhooks is no number',
      new Map([...standard(BODY), ['webhook-timestamp', '2026-11-29T10:00:00Z']]),
      'malformed',
      /seconds since 1970/,
    ],
  ])('if %s', (_what, headers, reason, explanation) => {
    const [found] = verify(headers);
    expect(found).toMatchObject({ valid: false, secret: undefined, reason });
    expect(found?.explanation).toMatch(explanation);
  });

  test.each([
    ['a line break was pasted too', '{"say": "hello"}\n', /without the line break at its end/],
    [
      'a line break was lost',
      '{"say": "hello"}',
      /with a line break at its end/,
      '{"say": "hello"}\n',
    ],
    [
      'the body was printed',
      '{\n  "say": "hello"\n}',
      /JSON without white space/,
      '{"say":"hello"}',
    ],
    ['line breaks were changed', 'a\r\nb', /in place of/, 'a\nb'],
  ])('if %s', (_what, pasted, explanation, signed = '{"say": "hello"}') => {
    const [found] = verify(zendesk(Buffer.from(signed)), Buffer.from(pasted));
    expect(found).toMatchObject({ valid: false, reason: 'mismatch' });
    expect(found?.explanation).toMatch(explanation);
  });

  test('and holds nothing of the secret or of a right signature', () => {
    const right = zendesk(BODY).get('x-zendesk-webhook-signature') as string;
    const answer = JSON.stringify(verify(zendesk(BODY, OLD)));
    expect(answer).not.toContain(SECRET);
    expect(answer).not.toContain(right);
  });
});

describe('v1a', () => {
  const scheme = 'standard_webhooks_v1a';
  const by = (key: string | undefined, body = BODY) => standard(body, withKey(key), ['v1a']);

  test('is valid by the current key and by the previous one', () => {
    expect(verify(by(KEYS[0]), BODY, paired)).toMatchObject([
      { scheme, valid: true, secret: 'current', explanation: 'It is signed with the current key.' },
    ]);
    expect(verify(by(KEYS[1]), BODY, paired)).toMatchObject([
      { scheme, valid: true, secret: 'previous' },
    ]);
    const until = { text: KEYS[1] as string, until: new Date(NOW_MS) };
    const over = { ...paired, signingKeys: { current: KEYS[0] as string, previous: until } };
    expect(verify(by(KEYS[1]), BODY, over)).toMatchObject([{ scheme, valid: false }]);
  });

  test('is judged beside v1, each by itself', () => {
    const headers = standard(BODY, paired, ['v1', 'v1a']);
    expect(verify(headers, BODY, paired).map(({ valid }) => valid)).toEqual([true, true]);
    expect(verify(headers, BODY, withKey(KEYS[2]))).toMatchObject([
      { scheme: 'standard_webhooks', valid: true },
      { scheme, valid: false, reason: 'mismatch' },
    ]);
  });

  test('says why it is not valid', () => {
    expect(verify(by(KEYS[2]), BODY, paired)).toMatchObject([{ scheme, reason: 'mismatch' }]);
    expect(verify(by(KEYS[0]), BODY, signer)[0]?.explanation).toMatch(/has no key pair/);
    const [altered] = verify(by(KEYS[0], Buffer.from('{"say":"hello"}')), BODY, paired);
    expect(altered?.explanation).toContain('this JSON without white space');
    const headers = new Map([...by(KEYS[0]), ['webhook-signature', 'v1a,AAAA']]);
    expect(verify(headers, BODY, paired)).toMatchObject([{ scheme, reason: 'malformed' }]);
    headers.delete('webhook-id');
    expect(verify(headers, BODY, paired)).toMatchObject([{ scheme, reason: 'missing' }]);
  });

  test('of many signatures the first two are looked at', () => {
    const good = by(KEYS[0]).get('webhook-signature');
    const other = `v1a,${Buffer.alloc(64).toString('base64')}`;
    const parts = (...texts: (string | undefined)[]) =>
      verify(new Map([...by(KEYS[0]), ['webhook-signature', texts.join(' ')]]), BODY, paired)[0];
    expect(parts(other, good)?.valid).toBe(true);
    expect(parts(other, other, good)?.valid).toBe(false);
  });
});
