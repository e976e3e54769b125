import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import {
  ConfigurationError,
  SignatureVerificationError,
  type VerifyStandardWebhookInput,
  verifyStandardWebhook,
} from './standard-webhooks.ts';

// What the server of Svix, who wrote the specification, tests its own signature with.
const headers = {
  'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  'webhook-timestamp': '1614265330',
  'webhook-signature':
    'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==',
};
const key = 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=';
const valid: VerifyStandardWebhookInput = {
  key,
  headers,
  body: '{"test": 2432232314}',
  now: () => 1_614_265_330_000,
};

const failure = (input: Partial<VerifyStandardWebhookInput>) =>
  verifyStandardWebhook({ ...valid, ...input }).catch((error: unknown) => error);

const signed = (signature: string) => ({ ...headers, 'webhook-signature': signature });

describe('verifyStandardWebhook', () => {
  it('accepts the published vector of v1a, beside other signatures and keys', async () => {
    await verifyStandardWebhook(valid);
    const other = 'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=';
    const both = signed(`${other} v1a,AAAA ${headers['webhook-signature']}`);
    const old = `whpk_${btoa('x'.repeat(32))}`;
    await verifyStandardWebhook({ ...valid, headers: both, key: [old, key] });
    await verifyStandardWebhook({ ...valid, headers: new Headers(headers) });
  });

  it('agrees with node:crypto and the library of the specification for any body', async () => {
    const pair = generateKeyPairSync('ed25519');
    const publicKey = pair.publicKey.export({ format: 'jwk' }).x as string;
    const whpk = `whpk_${Buffer.from(publicKey, 'base64url').toString('base64')}`;
    const secret = Buffer.alloc(32, 7).toString('base64');
    const inputs = fc.tuple(fc.uuid(), fc.string({ unit: 'grapheme' }));
    await fc.assert(
      fc.asyncProperty(inputs, async ([id, body]) => {
        const text = `${id}.1614265330.${body}`;
        const v1a = `v1a,${sign(null, Buffer.from(text), pair.privateKey).toString('base64')}`;
        const v1 = new Webhook(secret).sign(id, new Date(valid.now?.() ?? 0), body);
        const mac = createHmac('sha256', Buffer.alloc(32, 7)).update(text).digest('base64');
        expect(v1).toBe(`v1,${mac}`);
        const given = { ...signed(`${v1} ${v1a}`), 'webhook-id': id };
        await verifyStandardWebhook({ ...valid, body, headers: given, key: whpk });
        const bytes = new TextEncoder().encode(body);
        await verifyStandardWebhook({
          ...valid,
          body: bytes,
          headers: given,
          key: `whsec_${secret}`,
        });
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    ['another body', { body: '{"test": 2432232315}' }, 'mismatch'],
    ['another key', { key: `whpk_${btoa('y'.repeat(32))}` }, 'mismatch'],
    ['another id', { headers: { ...headers, 'webhook-id': 'msg' } }, 'mismatch'],
    [
      'a v1a signature given as v1',
      { headers: signed(headers['webhook-signature'].replace('a', '')) },
      'mismatch',
    ],
    ['a secret in place of the key', { key: `whsec_${key.slice(5)}` }, 'mismatch'],
    ['no base64', { headers: signed('v1a,§') }, 'mismatch'],
    ['no signature', { headers: signed('') }, 'missing'],
    ['no id', { headers: { ...headers, 'webhook-id': undefined } }, 'missing'],
    ['no seconds', { headers: { ...headers, 'webhook-timestamp': '1e9' } }, 'malformed'],
    [
      'a repeated header',
      { headers: { ...headers, 'webhook-timestamp': ['1614265330', '1614265330'] } },
      'malformed',
    ],
    ['a parsed body', { body: {} as never }, 'body_not_raw'],
    ['one too old', { now: (): number => 1_614_265_631_000 }, 'expired'],
    ['one of the future', { now: (): number => 1_614_265_029_000 }, 'expired'],
    ['a tolerance of NaN', { toleranceMs: Number.NaN }, 'expired'],
  ] as const)('refuses %s', async (_what, input, reason) => {
    const error = await failure(input as Partial<VerifyStandardWebhookInput>);
    expect(error).toBeInstanceOf(SignatureVerificationError);
    expect((error as SignatureVerificationError).reason).toBe(reason);
  });

  it('looks at eight signatures, no more', async () => {
    const many = Array.from({ length: 8 }, () => `v1a,${btoa('z'.repeat(64))}`).join(' ');
    const [eighth, ninth] = [many.slice(many.indexOf(' ') + 1), many].map((text) =>
      signed(`${text} ${headers['webhook-signature']}`),
    );
    await verifyStandardWebhook({ ...valid, headers: eighth as typeof headers });
    expect(await failure({ headers: ninth as typeof headers })).toBeInstanceOf(
      SignatureVerificationError,
    );
  });

  it.each(['', key.slice(5), 'whpk_', 'whpk_AAAA', 'whpk_§', 'whsec_', 'whsk_AAAA'])(
    'refuses the key %j as no key',
    async (wrong) => expect(await failure({ key: wrong })).toBeInstanceOf(ConfigurationError),
  );
});
