import { createHmac, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Inbox } from '../model/inbox.ts';
import { ed25519Key } from '../secrets/ed25519-key.ts';
import { publicKeyText } from '../secrets/public-key-text.ts';
import { verifyReceived } from './verify-received.ts';

const SECRET = 'dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==';
const INBOX: Inbox = {
  id: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  accountId: 1,
  name: 'x',
  scheme: 'zendesk',
  secrets: ['another-secret-16', SECRET],
  toleranceSeconds: 300,
  defaultType: 'inbox.received',
  typeHeader: undefined,
  idHeader: undefined,
  previousUntil: undefined,
  updatedAt: new Date(0),
};
// The check vector of the contract.
const TIMESTAMP = '2021-07-25T10:00:00Z';
const BODY = Buffer.from('{"say": "hello"}');
const SIGNED_MS = Date.parse(TIMESTAMP);
const HEADERS = {
  'x-zendesk-webhook-signature': 'gf3v0LzLRHPUnIdhbvwRDVEvzSb07/QN0GYjSNlkBT0=',
  'x-zendesk-webhook-signature-timestamp': TIMESTAMP,
  'x-zendesk-webhook-invocation-id': 'invocation-1',
};
const verify = (headers: object = {}, inbox: object = {}, ageMs = 0, body: Buffer = BODY) =>
  verifyReceived(
    { ...INBOX, ...inbox },
    { headers: { ...HEADERS, ...headers }, body },
    SIGNED_MS + ageMs,
  );

const mac = (key: string | Buffer, ...parts: (string | Buffer)[]) => {
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(part);
  return hmac.digest('base64');
};

it('takes what Zendesk signed, by any of the secrets', () => {
  const valid = { valid: true, senderId: 'invocation-1', resendId: undefined };
  expect(verify()).toEqual(valid);
  expect(verify({}, { secrets: [SECRET] })).toEqual(valid);
  expect(verify({ 'x-zendesk-webhook-invocation-id': undefined })).toEqual({
    ...valid,
    senderId: undefined,
  });
});

it.each([
  ['svix', 'svix'],
  ['standard_webhooks', 'webhook'],
])('takes the check vector of %s, among other signatures', (scheme, prefix) => {
  const body = Buffer.from('{"test": 2432232314}');
  const signature = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
  const headers = {
    [`${prefix}-id`]: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    [`${prefix}-timestamp`]: '1614265330',
    [`${prefix}-signature`]: `v1a,other v1,${'A'.repeat(43)}= ${signature}`,
  };
  const inbox = { ...INBOX, scheme, secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'] } as Inbox;
  const at = (ms: number, given: object = headers) =>
    verifyReceived(inbox, { headers: given as typeof headers, body }, ms);
  const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
  expect(at(1_614_265_330_000)).toEqual({ valid: true, senderId: id, resendId: undefined });
  expect(at(1_614_265_631_000)).toMatchObject({ valid: false });
  const other = { ...headers, [`${prefix}-id`]: 'msg_another' };
  expect(at(1_614_265_330_000, other)).toMatchObject({ valid: false });
  const { [`${prefix}-id`]: _id, ...without } = headers;
  expect(at(1_614_265_330_000, without)).toEqual({
    valid: false,
    explanation: expect.stringContaining(`${prefix}-id missing`),
  });
});

// The check vector of Svix for key pairs, and the private key of a pair of ours.
const PUBLIC = 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=';
const PRIVATE = '6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbc=';
const OTHER = publicKeyText(Buffer.alloc(32, 1).toString('base64'));
const paired = (...parts: (string | Buffer)[]) =>
  `v1a,${sign(null, Buffer.concat(parts.map((part) => Buffer.from(part))), ed25519Key(PRIVATE)).toString('base64')}`;

describe.each([
  ['svix', 'svix'],
  ['standard_webhooks', 'webhook'],
])('a key pair, with %s', (scheme, prefix) => {
  const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
  const body = Buffer.from('{"test": 2432232314}');
  const vector =
    'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==';
  const receive = (signature: string, secrets: string[], more: object = {}) =>
    verify(
      {
        [`${prefix}-id`]: id,
        [`${prefix}-timestamp`]: '1614265330',
        [`${prefix}-signature`]: signature,
        ...more,
      },
      { scheme, secrets },
      1_614_265_330_000 - SIGNED_MS,
      body,
    );
  const valid = { valid: true, senderId: id, resendId: undefined };

  it('verifies its check vector by its public key, among others and beside secrets', () => {
    expect(receive(vector, [PUBLIC])).toEqual(valid);
    const others = `v1,${'A'.repeat(43)}= v1a,${'A'.repeat(86)}== v1a,other ${vector}`;
    expect(receive(others, ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', OTHER, PUBLIC])).toEqual(
      valid,
    );
    const none = expect.stringContaining('none of the secrets');
    for (const secrets of [[OTHER], ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw']]) {
      expect(receive(vector, secrets)).toEqual({ valid: false, explanation: none });
    }
    expect(receive(vector, [PUBLIC], { [`${prefix}-id`]: 'other' })).toMatchObject({
      valid: false,
    });
  });

  it('takes no v1 that is made with the public key', () => {
    const bytes = Buffer.from(PUBLIC.slice('whpk_'.length), 'base64');
    for (const key of [PUBLIC, PUBLIC.slice('whpk_'.length), bytes]) {
      const forged = `v1,${mac(key, `${id}.1614265330.`, body)}`;
      expect(receive(forged, [PUBLIC])).toMatchObject({ valid: false });
    }
  });

  it('compares four of them at most', () => {
    const many = (count: number) =>
      receive(Array.from({ length: count }, () => `v1a,${'A'.repeat(86)}==`).join(' '), [PUBLIC]);
    expect(many(4)).toMatchObject({ explanation: expect.stringContaining('none of the secrets') });
    expect(many(5)).toMatchObject({
      explanation: expect.stringContaining('more than 4 v1a signatures'),
    });
  });

  it('signs a resend too', () => {
    const resend = (signature: string) =>
      receive(vector, [PUBLIC], {
        'x-hooktrail-resend': 'job',
        'x-hooktrail-resend-signature': signature,
      });
    const own = paired(`resend.job.${id}.1614265330.`, body);
    const bySecrets = `${'A'.repeat(43)}= ${'B'.repeat(42)}A=`;
    for (const signature of [own, `${bySecrets} ${own}`]) {
      expect(resend(signature)).toEqual({ ...valid, resendId: 'job' });
    }
    for (const signature of [vector, bySecrets, `${own} x`, paired(`resend.other.${id}.`, body)]) {
      expect(resend(signature)).toMatchObject({
        explanation: expect.stringContaining('does not sign it'),
      });
    }
  });
});

it.each<[string, object, object, number, Buffer, string]>([
  ['no signature', { 'x-zendesk-webhook-signature': undefined }, {}, 0, BODY, 'missing'],
  ['no timestamp', { 'x-zendesk-webhook-signature-timestamp': '' }, {}, 0, BODY, 'missing'],
  [
    'a time in seconds',
    { 'x-zendesk-webhook-signature-timestamp': '1627207200' },
    {},
    0,
    BODY,
    'is not a time',
  ],
  [
    'a time in words',
    { 'x-zendesk-webhook-signature-timestamp': 'July 25, 2021' },
    {},
    0,
    BODY,
    'is not a time',
  ],
  ['hexadecimal', { 'x-zendesk-webhook-signature': 'ab'.repeat(32) }, {}, 0, BODY, '44 characters'],
  [
    'two signatures',
    { 'x-zendesk-webhook-signature': `${HEADERS['x-zendesk-webhook-signature']}, x` },
    {},
    0,
    BODY,
    '44 characters',
  ],
  ['another secret', {}, { secrets: ['another-secret-16'] }, 0, BODY, 'none of the secrets'],
  ['another body', {}, {}, 0, Buffer.from('{"say":"hello"}'), 'none of the secrets'],
  ['an old one', {}, {}, 301_000, BODY, '5 min old'],
  ['one of the future', {}, {}, -301_000, BODY, 'in the future'],
  ['one beyond an own tolerance', {}, { toleranceSeconds: 10 }, 11_000, BODY, 'takes 10 s'],
  ['an id with a space', { 'x-zendesk-webhook-invocation-id': 'a b' }, {}, 0, BODY, 'one id'],
  [
    'an id that is too long',
    { 'x-zendesk-webhook-invocation-id': 'x'.repeat(256) },
    {},
    0,
    BODY,
    '255',
  ],
  [
    'a resend without its signature',
    { 'x-hooktrail-resend': 'job' },
    {},
    0,
    BODY,
    'does not sign it',
  ],
  [
    'a resend with that of the request',
    {
      'x-hooktrail-resend': 'job',
      'x-hooktrail-resend-signature': HEADERS['x-zendesk-webhook-signature'],
    },
    {},
    0,
    BODY,
    'does not sign it',
  ],
])('refuses %s, and says why', (_what, headers, inbox, ageMs, body, explanation) => {
  const refused = verify(headers, inbox, ageMs, body);
  expect(refused).toEqual({ valid: false, explanation: expect.stringContaining(explanation) });
  expect(JSON.stringify(refused)).not.toContain(SECRET);
});

it('takes a resend whose own signature covers its id and that of the invocation', () => {
  const signature = mac(SECRET, `resend.job.invocation-1.${TIMESTAMP}.`, BODY);
  const headers = { 'x-hooktrail-resend': 'job', 'x-hooktrail-resend-signature': signature };
  expect(verify(headers)).toEqual({ valid: true, senderId: 'invocation-1', resendId: 'job' });
  for (const forged of [
    { ...headers, 'x-hooktrail-resend': 'other' },
    { ...headers, 'x-zendesk-webhook-invocation-id': 'other' },
    { ...headers, 'x-hooktrail-resend': 'a b' },
  ]) {
    expect(verify(forged)).toMatchObject({ valid: false });
  }
  // What signs a resend signs no request.
  expect(verify({ 'x-zendesk-webhook-signature': signature })).toMatchObject({ valid: false });
});

it.each([
  ['svix', 'svix'],
  ['standard_webhooks', 'webhook'],
])('takes what signs a resend of %s for no request', (scheme, prefix) => {
  const seconds = String(SIGNED_MS / 1_000);
  const key = Buffer.from('a key of 16 bytes');
  const inbox = { scheme, secrets: [`whsec_${key.toString('base64')}`] };
  const request = (id: string, signature: string) => ({
    [`${prefix}-id`]: id,
    [`${prefix}-timestamp`]: seconds,
    [`${prefix}-signature`]: `v1,${signature}`,
  });
  const signature = mac(key, `resend.job.msg-1.${seconds}.`, BODY);
  const resend = {
    ...request('msg-1', mac(key, `msg-1.${seconds}.`, BODY)),
    'x-hooktrail-resend': 'job',
    'x-hooktrail-resend-signature': signature,
  };
  expect(verify(resend, inbox)).toEqual({ valid: true, senderId: 'msg-1', resendId: 'job' });
  expect(verify(request('resend.job.msg-1', signature), inbox)).toEqual({
    valid: false,
    explanation: expect.stringContaining(`${prefix}-id must not begin with "resend."`),
  });
  const others = ['resend', 'resend-1', 'x.resend.1'];
  for (const id of others) {
    const valid = { valid: true, senderId: id, resendId: undefined };
    expect(verify(request(id, mac(key, `${id}.${seconds}.`, BODY)), inbox)).toEqual(valid);
  }
});

it('compares ten signatures at most', () => {
  const inbox = { ...INBOX, scheme: 'svix', secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'] };
  const headers = (count: number) => ({
    'svix-id': 'a',
    'svix-timestamp': String(SIGNED_MS / 1_000),
    'svix-signature': Array.from({ length: count }, () => `v1,${'A'.repeat(43)}=`).join(' '),
  });
  expect(verify(headers(10), inbox)).toMatchObject({
    explanation: expect.stringContaining('none of the secrets'),
  });
  expect(verify(headers(11), inbox)).toMatchObject({
    explanation: expect.stringContaining('more than 10 signatures'),
  });
});

it('verifies nothing with the scheme none, and takes the id of a header', () => {
  const none = { scheme: 'none', secrets: [], idHeader: 'X-Delivery' };
  const headers = { 'x-delivery': 'd-1', 'x-hooktrail-resend': 'job' };
  expect(verify(headers, none)).toEqual({ valid: true, senderId: 'd-1', resendId: 'job' });
  expect(verify({}, none)).toEqual({ valid: true, senderId: undefined, resendId: undefined });
  expect(verify({ 'x-delivery': ['a', 'b'] }, none)).toMatchObject({ valid: false });
  // What every object has, and nobody sent.
  for (const idHeader of ['constructor', '__proto__']) {
    expect(verify({}, { ...none, idHeader })).toMatchObject({ valid: true, senderId: undefined });
  }
});
