import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import {
  ConfigurationError,
  createSigner,
  SignatureVerificationError,
  type SignatureVerificationReason,
  signPayload,
  type VerifySignatureInput,
  verifySignature,
} from './signature.ts';

const secret = 'dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==';
const timestamp = '2021-07-25T10:00:00Z';
const body = '{"say": "hello"}';
const signature = 'gf3v0LzLRHPUnIdhbvwRDVEvzSb07/QN0GYjSNlkBT0=';
const signedAt = Date.parse(timestamp);
const valid: VerifySignatureInput = { secret, timestamp, body, signature, now: () => signedAt };

const refusal = async (input: Partial<VerifySignatureInput>) => {
  const error = await verifySignature({ ...valid, ...input }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(SignatureVerificationError);
  return (error as SignatureVerificationError).reason satisfies SignatureVerificationReason;
};

describe('signPayload', () => {
  it('reproduces the check vector of the contract', async () => {
    expect(await signPayload({ secret, timestamp, body })).toBe(signature);
  });

  it('signs text like its bytes, and only the timestamp without a body', async () => {
    const bytes = new TextEncoder().encode('{"who": "Zoë 🐝"}');
    const text = await signPayload({ secret, timestamp, body: '{"who": "Zoë 🐝"}' });
    expect(await signPayload({ secret, timestamp, body: bytes })).toBe(text);
    expect(await signPayload({ secret, timestamp, body: Buffer.from(bytes) })).toBe(text);
    const none = createHmac('sha256', secret).update(timestamp).digest('base64');
    expect(await signPayload({ secret, timestamp, body: '' })).toBe(none);
  });

  it('agrees with node:crypto for any bytes', async () => {
    const inputs = fc.record({
      secret: fc.string({ minLength: 1 }),
      timestamp: fc.string({ unit: 'grapheme' }),
      body: fc.uint8Array(),
    });
    await fc.assert(
      fc.asyncProperty(inputs, async (input) => {
        const hmac = createHmac('sha256', input.secret);
        const expected = hmac.update(input.timestamp).update(input.body).digest('base64');
        expect(await signPayload(input)).toBe(expected);
      }),
    );
  });

  it('signs a view of a buffer, not the memory around it', async () => {
    const part = new TextEncoder().encode(`xx${body}yy`).subarray(2, 2 + body.length);
    expect(await signPayload({ secret, timestamp, body: part })).toBe(signature);
  });

  it('refuses an empty secret', async () => {
    await expect(signPayload({ secret: '', timestamp, body })).rejects.toThrow(ConfigurationError);
  });
});

describe('createSigner', () => {
  it('imports its key once, at the first signature', async () => {
    const importKey = vi.spyOn(crypto.subtle, 'importKey');
    try {
      const sign = createSigner(secret);
      expect(importKey).not.toHaveBeenCalled();
      expect(await sign(timestamp, body)).toBe(signature);
      expect(await sign(timestamp, new TextEncoder().encode(body))).toBe(signature);
      expect(importKey).toHaveBeenCalledTimes(1);
    } finally {
      importKey.mockRestore();
    }
  });
});

describe('verifySignature', () => {
  it('accepts a valid signature, given as values or in headers of any kind', async () => {
    await verifySignature(valid);
    const names = {
      'X-Zendesk-Webhook-Signature': signature,
      'X-Zendesk-Webhook-Signature-Timestamp': timestamp,
    };
    const lower = Object.fromEntries(
      Object.entries(names).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const lists = Object.fromEntries(Object.entries(names).map(([name, value]) => [name, [value]]));
    for (const headers of [
      names,
      lower,
      lists,
      new Headers(names),
      new Map(Object.entries(lower)),
    ]) {
      await verifySignature({ secret, body, headers, now: () => signedAt });
    }
  });

  it('accepts any of several secrets', async () => {
    await verifySignature({ ...valid, secret: ['old', secret] });
    expect(await refusal({ secret: ['old', 'older'] })).toBe('mismatch');
    expect(await refusal({ secret: [] })).toBe('mismatch');
  });

  it('refuses every changed byte', async () => {
    expect(await refusal({ body: `${body} ` })).toBe('mismatch');
    expect(await refusal({ secret: `${secret}x` })).toBe('mismatch');
    expect(await refusal({ timestamp: '2021-07-25T10:00:01Z' })).toBe('mismatch');
    for (let at = 0; at < 42; at++) {
      const changed = signature[at] === 'A' ? 'B' : 'A';
      const forged = signature.slice(0, at) + changed + signature.slice(at + 1);
      expect(await refusal({ signature: forged })).toBe('mismatch');
    }
  });

  it('refuses missing and malformed values before it uses the secret', async () => {
    expect(await refusal({ signature: undefined, headers: {} })).toBe('missing');
    expect(await refusal({ timestamp: '' })).toBe('missing');
    expect(await refusal({ timestamp: 'yesterday' })).toBe('malformed');
    for (const malformed of ['short', signature.slice(0, -1), `${signature}=`, ` ${signature}`]) {
      expect(await refusal({ signature: malformed })).toBe('malformed');
    }
    expect(await refusal({ signature: signature.replaceAll('/', '_') })).toBe('malformed');
    const twice = { 'x-zendesk-webhook-signature': [signature, signature] };
    expect(await refusal({ signature: undefined, headers: twice })).toBe('malformed');
  });

  it('refuses a parsed body', async () => {
    expect(await refusal({ body: JSON.parse(body) })).toBe('body_not_raw');
    expect(await refusal({ body: 5 as unknown as string })).toBe('body_not_raw');
  });

  it('takes no body as an empty one, and an ArrayBuffer as its bytes', async () => {
    const none = await signPayload({ secret, timestamp, body: '' });
    for (const empty of [null, undefined, '', new ArrayBuffer(0)]) {
      expect(await signPayload({ secret, timestamp, body: empty })).toBe(none);
      await verifySignature({ ...valid, body: empty, signature: none });
    }
    const { buffer } = new TextEncoder().encode(body);
    await verifySignature({ ...valid, body: buffer });
    expect(await refusal({ body: null })).toBe('mismatch');
    expect(await refusal({ body: new ArrayBuffer(4) })).toBe('mismatch');
  });

  it('applies the tolerance in both directions', async () => {
    const minutes = (count: number) => () => signedAt + count * 60_000;
    await verifySignature({ ...valid, now: minutes(5) });
    await verifySignature({ ...valid, now: minutes(-5) });
    expect(await refusal({ now: minutes(5.01) })).toBe('expired');
    expect(await refusal({ now: minutes(-5.01) })).toBe('expired');
    await verifySignature({ ...valid, now: minutes(9), toleranceMs: 10 * 60_000 });
    await verifySignature({ ...valid, now: minutes(1e9), toleranceMs: Infinity });
    expect(await refusal({ toleranceMs: Number.NaN })).toBe('expired');
  });

  it('uses the current time by default', async () => {
    expect(await refusal({ now: undefined })).toBe('expired');
    const now = new Date().toISOString();
    const fresh = await signPayload({ secret, timestamp: now, body });
    await verifySignature({ secret, body, timestamp: now, signature: fresh });
  });

  it('compares with subtle.verify, which takes constant time', async () => {
    const verify = vi.spyOn(crypto.subtle, 'verify');
    try {
      await verifySignature(valid);
      expect(verify).toHaveBeenCalledTimes(1);
    } finally {
      verify.mockRestore();
    }
  });

  it('refuses an empty secret', async () => {
    await expect(verifySignature({ ...valid, secret: '' })).rejects.toThrow(ConfigurationError);
  });
});
