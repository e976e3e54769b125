import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../model/fault.ts';
import { PROFILES } from '../../model/profiles.ts';
import type { Rules } from '../../model/rules.ts';
import { HOUR_MS, SECOND_MS } from '../../model/time-units.ts';
import type { Exchange } from '../request/exchange.ts';
import { judge, type Verdict } from './judge.ts';

const STARTED_MS = Date.UTC(2031, 4, 15, 12);

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
    phases: undefined,
    requestMethod: 'POST',
    requestUrl: 'https://example.com/',
    requestHeaders: [],
    response: statusCode === undefined ? undefined : { statusCode, headers, body: '', length: 0 },
    fault: status === 'success' ? undefined : 'endpoint',
    errorClass: undefined,
    errorMessage: undefined,
  };
}

const WAITS_S = [5, 30, 120, 600, 3_600, 3 * 3_600, 6 * 3_600, 12 * 3_600, 24 * 3_600];

function judged(rules: Rules, outcome: Exchange, place = 1, random = 0.5): Verdict {
  return judge(outcome, { place, manual: false, ownWaitMs: 0 }, rules, random);
}

const DONE = {
  retryInMs: undefined,
  resumes: false,
  reason: undefined,
  reasonCode: undefined,
  deactivate: false,
  counts: true,
};

describe('judge, under the durable profile', () => {
  const durable = (outcome: Exchange, place?: number, random?: number) =>
    judged(PROFILES.durable, outcome, place, random);

  it('follows the schedule of the contract', () => {
    expect(PROFILES.durable).toMatchObject({
      timeLimitMs: 12_000,
      scheduleMs: WAITS_S.map((seconds) => seconds * SECOND_MS),
      jitter: 0.2,
      retryAfter: { maxMs: HOUR_MS, longer: 'is cut' },
    });
  });

  it('is done after a success', () => expect(durable(exchange(200))).toEqual(DONE));

  it.each([undefined, 302, 400, 401, 403, 404, 409, 429, 500, 503])(
    'retries after %s',
    (statusCode) => {
      expect(durable(exchange(statusCode))).toEqual({
        ...DONE,
        retryInMs: 5 * SECOND_MS,
        reason: 'retry 1 of 9 after 5 s, as scheduled',
        reasonCode: 'retry',
      });
    },
  );

  it.each(WAITS_S.map((seconds, index) => [index + 1, seconds]))(
    'waits after attempt %i for %i s, plus or minus 20 %%',
    (place, seconds) => {
      const wait = (random: number) => durable(exchange(500), place, random).retryInMs;
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
    expect(durable(exchange(500), 10)).toEqual({
      ...DONE,
      reason: 'retries exhausted after 10 attempts',
      reasonCode: 'exhausted',
    });
    expect(durable(exchange(503, ['Retry-After', '5']), 11).retryInMs).toBeUndefined();
  });

  it.each([1, 10])('deactivates the webhook after 410, in attempt %i', (place) => {
    const verdict = durable(exchange(410, ['Retry-After', '1']), place);
    expect(verdict).toMatchObject({ retryInMs: undefined, deactivate: true, reasonCode: 'gone' });
    expect(verdict.reason).toMatch(/410/);
  });

  it('honours a longer Retry-After, up to an hour', () => {
    const asked = (value: string, place?: number) =>
      durable(exchange(503, ['retry-after', value]), place);
    expect(asked('60')).toMatchObject({
      retryInMs: 60 * SECOND_MS,
      reason: 'retry 1 of 9 after 1 min, as the endpoint asked (Retry-After)',
      reasonCode: 'retry after',
    });
    expect(asked('86400').retryInMs).toBe(HOUR_MS);
    expect(asked('9'.repeat(400)).retryInMs).toBe(HOUR_MS);
    expect(asked('1')).toMatchObject({
      retryInMs: 5 * SECOND_MS,
      reason: expect.stringMatching(/schedule/),
    });
    expect(asked('60', 5)).toMatchObject({
      retryInMs: HOUR_MS,
      reason: expect.stringMatching(/schedule/),
    });
    expect(asked('soon').retryInMs).toBe(5 * SECOND_MS);
    // A date is relative to when the answer was complete.
    const date = new Date(STARTED_MS + 2_000 + 90_000).toUTCString();
    expect(asked(date).retryInMs).toBe(90 * SECOND_MS);
    expect(asked(new Date(STARTED_MS - 1).toUTCString()).retryInMs).toBe(5 * SECOND_MS);
  });
});

describe('judge, under the zendesk profile', () => {
  const zendesk = (outcome: Exchange, place?: number) => judged(PROFILES.zendesk, outcome, place);
  const asking = (statusCode: number, seconds: string) =>
    exchange(statusCode, ['Retry-After', seconds]);

  it.each([302, 400, 404, 500, 502])('does not retry after %i', (statusCode) => {
    expect(zendesk(exchange(statusCode))).toMatchObject({
      retryInMs: undefined,
      reason: 'this outcome is not retried',
      reasonCode: 'not retried',
    });
    expect(zendesk(asking(statusCode, '5')).retryInMs).toBeUndefined();
  });

  it.each([
    ['409', exchange(409), 3],
    ['a timeout', exchange(undefined), 5],
    ['429 with Retry-After', asking(429, '2'), 5],
    ['503 with Retry-After', asking(503, '2'), 5],
  ])('tries again after %s, seconds apart, as often as it may', (_what, outcome, times) => {
    for (let place = 1; place <= times; place++) {
      const { retryInMs } = zendesk(outcome, place);
      expect(retryInMs).toBeGreaterThanOrEqual(SECOND_MS);
      expect(retryInMs).toBeLessThanOrEqual(5 * SECOND_MS);
    }
    expect(zendesk(outcome, times + 1)).toMatchObject({
      retryInMs: undefined,
      reason: `retries exhausted after ${times + 1} attempts`,
    });
  });

  it.each([429, 503])('waits after %i for as long as it asks, below 60 s', (statusCode) => {
    expect(zendesk(exchange(statusCode))).toMatchObject({ retryInMs: undefined });
    expect(zendesk(asking(statusCode, '59')).retryInMs).toBe(59 * SECOND_MS);
    expect(zendesk(asking(statusCode, '60'))).toMatchObject({
      retryInMs: undefined,
      reason: 'not retried: the endpoint asked for a delay of 1 min (Retry-After)',
      reasonCode: 'not retried',
    });
  });

  it('leaves the webhook active after 410', () => {
    expect(zendesk(exchange(410))).toEqual({
      ...DONE,
      reason: 'the endpoint answered 410 Gone',
      reasonCode: 'gone',
    });
  });
});

describe('judge, of a manual attempt', () => {
  const byHand = (outcome: Exchange, place: number) =>
    judge(outcome, { place, manual: true, ownWaitMs: 0 }, PROFILES.durable, 0.5);

  it('leaves the schedule unchanged, at any place', () => {
    for (const place of [1, 10]) {
      expect(byHand(exchange(500), place)).toMatchObject({
        resumes: true,
        retryInMs: undefined,
        reasonCode: 'manual',
      });
    }
  });

  it('ends the schedule with a success, and with 410', () => {
    expect(byHand(exchange(204), 3)).toEqual(DONE);
    expect(byHand(exchange(410), 3)).toMatchObject({ resumes: false, deactivate: true });
  });
});

describe('judge, of an outcome that we caused', () => {
  const ours = (fault: Fault, place: number, manual = false) => {
    const outcome = { ...exchange(undefined), status: 'failed', fault } as const;
    return Object.values(PROFILES).map((rules) =>
      judge(outcome, { place, manual, ownWaitMs: 4_000 }, rules, 0.5),
    );
  };

  it.each([
    'stale connection',
    'node exhausted',
    'ports exhausted',
    'proxy unusable',
    'node stopping',
  ] as const)('sends again at any place, in any profile, and does not count it: %s', (fault) => {
    for (const place of [1, 10, 100]) {
      for (const verdict of ours(fault, place)) {
        expect(verdict).toMatchObject({
          retryInMs: 4_000,
          counts: false,
          deactivate: false,
          reason: expect.stringMatching(/^not counted: .*; sent again after 4 s$/),
          reasonCode: 'not counted',
        });
      }
    }
  });

  it('resumes the schedule after a manual attempt', () => {
    for (const verdict of ours('node exhausted', 1, true)) {
      expect(verdict).toMatchObject({ resumes: true, counts: false, retryInMs: undefined });
    }
  });

  it.each(['endpoint', 'network'] as const)('counts that of the %s', (fault) => {
    const [durable, zendesk] = ours(fault, 1);
    expect(durable).toMatchObject({ counts: true, retryInMs: 5_000 });
    expect(zendesk).toMatchObject({ counts: true, retryInMs: undefined });
  });
});

describe('own rules', () => {
  it('a schedule with one delay, and with none', () => {
    const rules = { ...PROFILES.durable, scheduleMs: [2 * SECOND_MS] };
    expect(judged(rules, exchange(500)).retryInMs).toBe(2 * SECOND_MS);
    expect(judged(rules, exchange(500), 2).reason).toBe('retries exhausted after 2 attempts');
    expect(judged({ ...rules, scheduleMs: [] }, exchange(500)).reason).toBe(
      'retries exhausted after 1 attempt',
    );
  });
});
