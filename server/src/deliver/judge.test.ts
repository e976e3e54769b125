import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Exchange } from './exchange.ts';
import { judge } from './judge.ts';
import { DURABLE } from './profile.ts';

const STARTED_MS = Date.UTC(2031, 4, 15, 12);
const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

function exchange(statusCode: number | undefined, headers: readonly string[] = []): Exchange {
  const status =
    statusCode === undefined
      ? 'timeout'
      : statusCode < 300
        ? 'success'
        : statusCode < 500
          ? 'client error'
          : 'server error';
  return {
    status,
    startedAtMs: STARTED_MS,
    durationMs: 2_000,
    requestHeaders: [],
    response: statusCode === undefined ? undefined : { statusCode, headers, body: '', length: 0 },
    errorMessage: undefined,
  };
}

const WAITS_S = [5, 30, 120, 600, 3_600, 3 * 3_600, 6 * 3_600, 12 * 3_600, 24 * 3_600];

describe('judge, by the durable profile', () => {
  it('has the schedule of contract §6', () => {
    expect(DURABLE).toMatchObject({
      timeLimitMs: 12_000,
      scheduleMs: WAITS_S.map((seconds) => seconds * SECOND),
      jitter: 0.2,
      maxRetryAfterMs: HOUR,
    });
  });

  it('is done after a success', () => {
    expect(judge(exchange(200), 1, DURABLE, 0.5)).toEqual({
      retryInMs: undefined,
      reason: undefined,
      deactivate: false,
    });
  });

  it.each([undefined, 302, 400, 401, 403, 404, 409, 429, 500, 503])(
    'tries again after %s',
    (statusCode) => {
      expect(judge(exchange(statusCode), 1, DURABLE, 0.5)).toEqual({
        retryInMs: 5 * SECOND,
        reason: undefined,
        deactivate: false,
      });
    },
  );

  it.each(WAITS_S.map((seconds, index) => [index + 1, seconds]))(
    'waits after attempt %i for %i s, 20 %% less or more',
    (attempt, seconds) => {
      const wait = (random: number) => judge(exchange(500), attempt, DURABLE, random).retryInMs;
      expect(wait(0)).toBe(seconds * 800);
      expect(wait(0.5)).toBe(seconds * 1_000);
      expect(wait(1)).toBe(seconds * 1_200);
      fc.assert(
        fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (random) => {
          const waitMs = wait(random) as number;
          expect(Number.isInteger(waitMs)).toBe(true);
          expect(waitMs).toBeGreaterThanOrEqual(seconds * 800);
          expect(waitMs).toBeLessThanOrEqual(seconds * 1_200);
        }),
      );
    },
  );

  it('ends after the tenth attempt, and says so', () => {
    expect(judge(exchange(500), 10, DURABLE, 0.5)).toEqual({
      retryInMs: undefined,
      reason: 'no retry is left: 10 attempts were made',
      deactivate: false,
    });
    expect(judge(exchange(503, ['Retry-After', '5']), 11, DURABLE, 0.5).retryInMs).toBeUndefined();
  });

  it.each([1, 10])('switches the webhook off for 410, in attempt %i', (attempt) => {
    const verdict = judge(exchange(410, ['Retry-After', '1']), attempt, DURABLE, 0.5);
    expect(verdict).toMatchObject({ retryInMs: undefined, deactivate: true });
    expect(verdict.reason).toMatch(/410/);
  });

  it('honours Retry-After where it asks for more, up to an hour', () => {
    const asked = (value: string, attempt = 1) =>
      judge(exchange(503, ['retry-after', value]), attempt, DURABLE, 0.5);
    expect(asked('60')).toMatchObject({
      retryInMs: 60 * SECOND,
      reason: expect.stringMatching(/Retry-After/),
    });
    expect(asked('86400').retryInMs).toBe(HOUR);
    expect(asked('9'.repeat(400)).retryInMs).toBe(HOUR);
    expect(asked('1')).toMatchObject({ retryInMs: 5 * SECOND, reason: undefined });
    expect(asked('60', 5)).toMatchObject({ retryInMs: HOUR, reason: undefined });
    expect(asked('soon').retryInMs).toBe(5 * SECOND);
    // A date counts from when the answer came.
    const date = new Date(STARTED_MS + 2_000 + 90_000).toUTCString();
    expect(asked(date).retryInMs).toBe(90 * SECOND);
    expect(asked(new Date(STARTED_MS - 1).toUTCString()).retryInMs).toBe(5 * SECOND);
  });
});
