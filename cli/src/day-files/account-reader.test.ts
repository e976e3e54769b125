import { startZendeskDouble, type ZendeskDouble } from '@hooktrail/harness/zendesk/zendesk-double';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AccountReader } from './account-reader.ts';
import { RunOver } from './run-over.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** How long the reader has waited: only the clock passes. */
const waits = vi.hoisted((): number[] => []);

vi.mock('node:timers/promises', () => ({
  async setTimeout(ms: number) {
    waits.push(ms);
    vi.setSystemTime(Date.now() + ms);
  },
}));

let double: ZendeskDouble;

beforeEach(async () => {
  double = await startZendeskDouble();
  vi.useFakeTimers({ toFake: ['Date'] });
  waits.length = 0;
});

afterEach(async () => {
  vi.useRealTimers();
  await double.close();
});

const says: string[] = [];

const readerOf = (leftMs: number): AccountReader => {
  says.length = 0;
  return new AccountReader({
    baseUrl: double.url,
    clock: { now: Date.now },
    credentials: double.auth,
    rateShare: 70,
    rateLimit: null,
    timeoutMs: 10_000,
    overMs: Date.now() + leftMs,
    signal: new AbortController().signal,
    onWait: (why) => says.push(why),
  });
};
const failureOf = (reader: AccountReader): Promise<RunOver> =>
  reader
    .ask((remote) => remote.webhooks())
    .then(
      () => expect.unreachable('the request is sent'),
      (error: RunOver) => error,
    );

test.each([
  ['a wait that is longer than the run', { kind: 'throttle', retryAfter: '3600' }, 14 * MINUTE, []],
  ['throttling without a time', { kind: 'throttle', retryAfter: undefined }, MINUTE, [30 * SECOND]],
  [
    'a wait that an outage asks for',
    { kind: 'throttle', retryAfter: '900', status: 503 },
    14 * MINUTE,
    [],
  ],
] as const)(
  '%s ends the run before it, and no request is sent',
  async (_, fault, leftMs, waited) => {
    double.faults.next(fault, { times: 99 });
    const reader = readerOf(leftMs);
    const error = await failureOf(reader);
    expect(error).toBeInstanceOf(RunOver);
    expect(error.failure?.message).toMatch(/429|503/);
    expect(waits).toEqual(waited);
    expect(says).toHaveLength(waited.length);
    expect(reader.requests).toBe(waited.length + 1);
  },
);

test('a pace that others hold beyond the end of the run ends it', async () => {
  const reader = readerOf(5 * SECOND);
  reader.pace.holdUntil(Date.now() + 10 * SECOND);
  const error = await failureOf(reader);
  expect(error).toBeInstanceOf(RunOver);
  expect(error.failure).toBeUndefined();
  expect([waits, reader.requests]).toEqual([[], 0]);
});

// 30 days are more than a timer takes.
test.each(['7200', String(30 * 24 * 60 * 60), 'Infinity'])(
  'a service that asks for a wait of %s s is asked again after an hour, in the pace of before',
  async (retryAfter) => {
    double.faults.next({ kind: 'throttle', retryAfter });
    const reader = readerOf(Number.POSITIVE_INFINITY);
    await reader.ask((remote) => remote.webhooks());
    expect(waits).toEqual([HOUR]);
    await reader.ask((remote) => remote.webhooks());
    expect(waits[1]).toBeLessThan(SECOND);
  },
);
