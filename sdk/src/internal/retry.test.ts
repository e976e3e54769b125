import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConnectionError } from '../errors/connection-error.ts';
import { ResponseValidationError } from '../errors/response-validation-error.ts';
import { TimeoutError } from '../errors/timeout-error.ts';
import type { RetryConfig } from '../options/retry-config.ts';
import { errorClass } from './error-class.ts';
import { retryDelay } from './retry.ts';

const refusal = (status: number, retryAfter?: string) => {
  const headers: Record<string, string> = retryAfter ? { 'retry-after': retryAfter } : {};
  const response = new Response(null, { status, headers });
  return new (errorClass(status))('GET', 'http://x/', response, '', '');
};

const delay = (
  error: unknown,
  { attempt = 1, elapsedMs = 0, idempotent = true, retries = {} } = {},
) => retryDelay(error, attempt, elapsedMs, idempotent, retries as RetryConfig);

describe('retryDelay', () => {
  beforeEach(() => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it.each([
    [429, true, true],
    [503, true, true],
    [500, true, false],
    [502, true, false],
    [504, true, false],
    [501, false, false],
    [505, false, false],
    [302, false, false],
    [400, false, false],
    [401, false, false],
    [404, false, false],
    [408, false, false],
    [409, false, false],
  ])('%i: idempotent %s, other %s', (status, idempotent, other) => {
    const error = refusal(status);
    expect(delay(error) !== undefined).toBe(idempotent);
    expect(delay(error, { idempotent: false }) !== undefined).toBe(other);
  });

  it('retries after a lost answer only where that is harmless and enabled', () => {
    for (const error of [new ConnectionError('x'), new TimeoutError('x')]) {
      expect(delay(error)).toBe(500);
      expect(delay(error, { idempotent: false })).toBeUndefined();
      expect(delay(error, { retries: { retryConnectionErrors: false } })).toBeUndefined();
    }
    expect(delay(refusal(503), { retries: { retryConnectionErrors: false } })).toBe(500);
  });

  it('never retries errors other than of connection and status', () => {
    const html = new ResponseValidationError('GET', '/', new Response('<p>'), '<p>', '');
    for (const error of [html, new Error('x'), new TypeError('x'), null, undefined, 'x']) {
      expect(delay(error)).toBeUndefined();
    }
  });

  it('grows by the exponent up to the maximum', () => {
    const delays = (backoff: object) =>
      [1, 2, 3, 4].map((attempt) => delay(refusal(503), { attempt, retries: { backoff } }));
    expect(delays({})).toEqual([500, 750, 1125, 1687.5]);
    expect(delays({ initialInterval: 100, exponent: 3, maxInterval: 500 })).toEqual([
      100, 300, 500, 500,
    ]);
    expect(delay(refusal(503), { attempt: 1e6, elapsedMs: 1 })).toBeUndefined();
    expect(delay(refusal(503), { attempt: 1e6, retries: { backoff: { maxInterval: 9 } } })).toBe(9);
  });

  it('varies over half of its length', () => {
    vi.mocked(Math.random).mockReturnValue(0);
    expect(delay(refusal(503))).toBe(250);
  });

  it('is no shorter than Retry-After, even beyond the maximum', () => {
    expect(delay(refusal(429, '7'))).toBe(7000);
    expect(delay(refusal(429, '0.1'))).toBe(500);
    const retries = { backoff: { maxInterval: 10 } };
    expect(delay(refusal(429, '7'), { retries })).toBe(7000);
  });

  it('ends with the budget', () => {
    expect(delay(refusal(503), { elapsedMs: 59_500 })).toBe(500);
    expect(delay(refusal(503), { elapsedMs: 59_501 })).toBeUndefined();
    expect(delay(refusal(503, '61'))).toBeUndefined();
    expect(delay(refusal(503, '61'), { retries: { backoff: { maxElapsedTime: 61_000 } } })).toBe(
      61_000,
    );
    const broken = { backoff: { maxElapsedTime: Number.NaN } };
    expect(delay(refusal(503), { retries: broken })).toBeUndefined();
    const spiral = { backoff: { exponent: Number.NaN } };
    expect(delay(refusal(503), { attempt: 2, retries: spiral })).toBeUndefined();
  });

  it('is undefined without retries', () => {
    expect(delay(refusal(503), { retries: { strategy: 'none' } })).toBeUndefined();
    expect(delay(refusal(503), { retries: { strategy: 'backoff' } })).toBe(500);
  });
});
