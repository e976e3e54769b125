import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database, Runner } from '../database/database.ts';
import { newId } from '../model/ids.ts';
import { PROFILES } from '../model/profiles.ts';
import type { Rules } from '../model/rules.ts';
import { Unavailable } from '../model/unavailable.ts';
import type { BreakerRow } from '../sql/read-breakers.ts';
import { Breakers } from './breakers.ts';

const NOW_MS = 1_900_000_000_000;
const WEBHOOK = newId(NOW_MS);
const { durable: DURABLE } = PROFILES;

let asked: { name: string; values: unknown[] }[];
let answer: (name: string, values: unknown[]) => Promise<unknown[]>;
let changes: string[];
let rules: Rules;
let breakers: Breakers;

beforeEach(() => {
  vi.useFakeTimers({ now: NOW_MS, toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  asked = [];
  answer = async () => [];
  changes = [];
  rules = DURABLE;
  const runner: Runner = {
    async run(query, params) {
      const values = query.values(params);
      asked.push({ name: query.name, values });
      return (await answer(query.name, values)) as never;
    },
  };
  const database: Database = {
    ...runner,
    transaction: (work) => work(runner),
    close: async () => undefined,
  };
  breakers = new Breakers({
    database,
    log: pino({ level: 'silent' }),
    onChange: (id) => changes.push(id),
    rulesOf: () => rules,
  });
});
afterEach(async () => {
  await breakers.stop();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const names = () => asked.map(({ name }) => name);
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const row = (values: Partial<BreakerRow> = {}): BreakerRow => ({
  webhook_id: WEBHOOK,
  state: 'open',
  since: new Date(NOW_MS),
  next_probe_at: new Date(NOW_MS + 5_000),
  reason: 'failures',
  ...values,
});
const count = (times: number, success: boolean) => {
  for (let index = 0; index < times; index++) breakers.count(WEBHOOK, success);
};
const sums = (requests: number, errors: number) => [{ webhook_id: WEBHOOK, requests, errors }];

describe('counting', () => {
  it('flushes twenty failures immediately, fewer within a second, successes within ten', async () => {
    count(5, true);
    await pass(9_000);
    expect(names()).toEqual([]);
    await pass(1_000);
    expect(names()).toEqual(['count-outcomes']);
    count(19, false);
    await pass(999);
    expect(names()).toHaveLength(1);
    await pass(1);
    expect(names()).toHaveLength(2);
    count(20, false);
    await pass(0);
    expect(names()).toHaveLength(3);
  });

  it('flushes everything when it stops', async () => {
    count(1, true);
    await breakers.stop();
    expect(names()).toEqual(['count-outcomes']);
  });

  it('continues after the database was unavailable', async () => {
    answer = async () => {
      throw new Unavailable('away');
    };
    count(20, false);
    await pass(10);
    answer = async () => [];
    count(20, false);
    await pass(10);
    expect(names()).toEqual(['count-outcomes', 'count-outcomes']);
  });
});

describe('opening', () => {
  it.each([
    ['99 requests, all failed', 99, 99, false],
    ['100 requests, 69 failed', 100, 69, false],
    ['100 requests, 70 failed', 100, 70, true],
    ['100,000 requests, 1,000 failed', 100_000, 1_000, false],
    ['100,000 requests, 1,001 failed', 100_000, 1_001, true],
  ])('%s', async (_what, requests, errors, opens) => {
    answer = async (name) => {
      if (name === 'count-outcomes') return sums(requests, errors);
      return name === 'open-breaker' || name === 'read-breakers' ? [row()] : [];
    };
    count(1, false);
    await pass(1_000);
    expect(names().includes('open-breaker')).toBe(opens);
    expect(names().includes('notify')).toBe(opens);
    expect(breakers.broken(WEBHOOK) !== undefined).toBe(opens);
    expect(changes).toEqual(opens ? [WEBHOOK] : []);
  });

  it('notifies other nodes only from the node that opened it', async () => {
    answer = async (name) => (name === 'count-outcomes' ? sums(200, 200) : []);
    count(20, false);
    await pass(0);
    expect(names()).toEqual(['count-outcomes', 'open-breaker', 'read-breakers']);
  });

  it('never happens without a breaker rule', async () => {
    rules = { ...DURABLE, breaker: null };
    answer = async (name) => (name === 'count-outcomes' ? sums(5_000, 5_000) : []);
    count(20, false);
    await pass(0);
    expect(names()).toEqual(['count-outcomes']);
  });
});

describe('a change by another node', () => {
  it('is read after its notification, and reports the webhook', async () => {
    answer = async () => [row()];
    await breakers.refresh([WEBHOOK]);
    expect(breakers.broken(WEBHOOK)).toEqual({
      nextProbeAtMs: NOW_MS + 5_000,
      sinceMs: NOW_MS,
      reason: 'failures',
    });
    await breakers.refresh([WEBHOOK]); // the same again
    expect(changes).toEqual([WEBHOOK]);
    answer = async () => [row({ state: 'closed' })];
    await breakers.refresh([WEBHOOK]);
    expect(breakers.broken(WEBHOOK)).toBeUndefined();
    expect(changes).toEqual([WEBHOOK, WEBHOOK]);
  });

  it('is reloaded after notifications may have been missed', async () => {
    answer = async () => [row()];
    await breakers.reload();
    expect(breakers.broken(WEBHOOK)).toBeDefined();
    answer = async () => [];
    await breakers.reload();
    expect(breakers.broken(WEBHOOK)).toBeUndefined();
  });
});

describe('a probe', () => {
  beforeEach(async () => {
    answer = async () => [row({ next_probe_at: new Date(NOW_MS) })];
    await breakers.refresh([WEBHOOK]);
    asked = [];
  });

  it('is held slightly longer than its request may take', async () => {
    rules = { ...DURABLE, timeLimitMs: 30_000 };
    answer = async () => [{ next_probe_at: new Date(NOW_MS + 35_000) }];
    expect(await breakers.takeProbe(WEBHOOK)).toBe(true);
    expect(asked[0]?.values.at(-1)).toBe(35_000);
    expect(breakers.broken(WEBHOOK)?.nextProbeAtMs).toBe(NOW_MS + 35_000);
  });

  it('held by another node is waited for', async () => {
    answer = async (name) =>
      name === 'take-probe' ? [] : [row({ next_probe_at: new Date(NOW_MS + 17_000) })];
    expect(await breakers.takeProbe(WEBHOOK)).toBe(false);
    expect(breakers.broken(WEBHOOK)?.nextProbeAtMs).toBe(NOW_MS + 17_000);
  });

  it('closes the breaker when it succeeds', async () => {
    answer = async () => [];
    await breakers.probed(WEBHOOK, true);
    expect(names()).toEqual(['close-breaker', 'notify', 'read-breakers']);
    expect(breakers.broken(WEBHOOK)).toBeUndefined();
  });

  it('doubles the open time when it fails, within the rules', async () => {
    answer = async () => [row({ next_probe_at: new Date(NOW_MS + 10_000) })];
    await breakers.probed(WEBHOOK, false);
    expect(names()).toEqual(['reopen-breaker', 'notify', 'read-breakers']);
    expect(asked[0]?.values.slice(2)).toEqual([2, 60_000]);
  });

  it('is not needed once the breaker rule was removed', () => {
    rules = { ...DURABLE, breaker: null };
    expect(breakers.broken(WEBHOOK)).toBeUndefined();
  });

  it('that fails after the rule was removed leaves the open time unchanged', async () => {
    rules = { ...DURABLE, breaker: null };
    await breakers.probed(WEBHOOK, false);
    expect(asked).toEqual([]);
  });

  it('is not awaited when the breaker is dropped', async () => {
    answer = async () => [];
    await breakers.drop(WEBHOOK);
    expect(names()).toEqual(['close-breaker', 'notify', 'read-breakers']);
    asked = [];
    await breakers.drop(WEBHOOK);
    expect(asked).toEqual([]);
  });

  it('is allowed immediately on request, unless the breaker is closed', async () => {
    answer = async () => [];
    await breakers.probeNow(WEBHOOK);
    expect(asked[0]).toMatchObject({ name: 'reopen-breaker' });
    expect(asked[0]?.values.slice(2)).toEqual([0, 0]);
    asked = [];
    await breakers.probeNow(WEBHOOK);
    expect(asked).toEqual([]);
  });
});
