import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '../../database/database.ts';
import type { Directory } from '../../directory/directory.ts';
import type { Breakers, Broken } from '../../gates/breakers.ts';
import type { RateLimiter } from '../../gates/rate-limiter.ts';
import type { Account } from '../../model/account.ts';
import { newId } from '../../model/ids.ts';
import { LANES, laneOf } from '../../model/lanes.ts';
import type { Leased } from '../../model/leased.ts';
import { PROFILES } from '../../model/profiles.ts';
import type { Rules } from '../../model/rules.ts';
import { Unavailable } from '../../model/unavailable.ts';
import type { Paused, Webhook } from '../../model/webhook.ts';
import type { Courier } from '../courier/courier.ts';
import type { Places } from '../courier/places.ts';
import { Claimer } from './claimer.ts';

const log = pino({ level: 'silent' });
const START_MS = 1_900_000_000_000;

/** The places of a courier, and what it was given. */
class FakePlaces {
  readonly counts = new Map<string, number>();
  readonly delivered: Leased[] = [];
  limit = 10;

  room(id: string): number {
    return this.limit - this.held(id);
  }

  held(id: string): number {
    return this.counts.get(id) ?? 0;
  }

  reserve(id: string, count: number): void {
    this.counts.set(id, (this.counts.get(id) ?? 0) + count);
  }

  cancel(id: string, count: number): void {
    this.reserve(id, -count);
  }

  deliver(leased: Leased): void {
    this.delivered.push(leased);
  }
}

let places: FakePlaces;
let statuses: Map<string, 'active' | 'inactive'>;
let asked: { name: string; values: unknown[] }[];
let answer: (name: string, values: unknown[]) => Promise<unknown[]>;
let claimer: Claimer;
let account: Account;
let rules: Rules;
let broken: Map<string, Broken>;
let paused: Map<string, Paused>;
let probes: string[];
let permits: number;

beforeEach(() => {
  vi.useFakeTimers({
    now: START_MS,
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'],
  });
  places = new FakePlaces();
  statuses = new Map();
  asked = [];
  answer = async () => [];
  account = { id: 1, name: 'main', profile: 'durable', suspendedAt: undefined };
  rules = PROFILES.durable;
  broken = new Map();
  paused = new Map();
  probes = [];
  permits = 0;
  const database: Database = {
    async run(query, params) {
      const values = query.values(params);
      asked.push({ name: query.name, values });
      return (await answer(query.name, values)) as never;
    },
    transaction: () => Promise.reject(new Error('not used')),
    close: async () => undefined,
  };
  claimer = new Claimer({
    clock: { now: () => Date.now() },
    courier: places as unknown as Courier,
    database,
    directory: {
      webhook: (id) => {
        const status = statuses.get(id);
        return status && ({ id, accountId: 1, status, paused: paused.get(id) } as Webhook);
      },
      account: () => account,
    } as Partial<Directory> as Directory,
    breakers: {
      broken: (id) => broken.get(id),
      takeProbe: async (id) => {
        probes.push(`take ${id}`);
        return probes.length === 1;
      },
      returnProbe: async (id) => {
        probes.push(`return ${id}`);
      },
    } as Partial<Breakers> as Breakers,
    leaseMs: 30_000,
    limiter: {
      take: async (_id, _limit, wanted) => {
        const granted = Math.min(wanted, permits);
        permits -= granted;
        return { granted, nextInMs: 7_000 };
      },
      giveBack: async (_id, unused) => {
        permits += unused;
      },
    } as Partial<RateLimiter> as RateLimiter,
    log,
    places: places as unknown as Places,
    rulesOf: () => rules,
  });
});
afterEach(async () => {
  await claimer.stop();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

function webhook(status: 'active' | 'inactive' | 'deleted' = 'active', lane?: number): string {
  for (;;) {
    const id = newId(START_MS);
    if (lane !== undefined && laneOf(id) !== lane) continue;
    if (status !== 'deleted') statuses.set(id, status);
    return id;
  }
}

const row = (webhookId: string) => ({
  id: newId(START_MS),
  webhook_id: webhookId,
  event_id: newId(START_MS),
  event_type: 'a.b',
  attempts_count: 1,
  manual: false,
  manual_count: 0,
  lost_count: 0,
  leased_until: new Date(START_MS + 30_000),
});
const names = () => asked.map(({ name }) => name);
const count = (name: string) => names().filter((each) => each === name).length;
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const heldBy = (id: string) => places.held(id);

describe('Claimer', () => {
  it('claims at the time that was noted, and hands over what it got', async () => {
    const id = webhook();
    answer = async (name) => (name === 'claim-invocations' ? [row(id), row(id)] : []);
    claimer.note(id, START_MS + 500);
    await pass(499);
    expect(asked).toEqual([]);
    await pass(1);
    expect(names()).toEqual(['claim-invocations', 'read-events', 'next-due']);
    expect(places.delivered).toMatchObject([
      { webhookId: id, lane: laneOf(id), attemptsCount: 1, leasedUntilMs: START_MS + 30_000 },
      { webhookId: id, body: undefined },
    ]);
    expect(heldBy(id)).toBe(2);
  });

  it('looks again at the next due time, and soon where rows were locked', async () => {
    const id = webhook();
    let inMs = 20_000;
    answer = async (name) => (name === 'next-due' ? [{ webhook_id: id, in_ms: inMs }] : []);
    claimer.note(id, START_MS);
    await pass(19_000);
    expect(count('claim-invocations')).toBe(1);
    inMs = -5_000;
    await pass(1_010);
    expect(count('claim-invocations')).toBe(2);
    await pass(30);
    expect(count('claim-invocations')).toBe(2);
    await pass(20);
    expect(count('claim-invocations')).toBe(3);
    inMs = 1e9;
  });

  it('claims again at once where the room was not enough, and waits without room', async () => {
    const id = webhook();
    places.limit = 3;
    answer = async (name) =>
      name === 'claim-invocations'
        ? Array.from({ length: 3 - heldBy(id) + 3 }, () => row(id)).slice(0, 3)
        : [];
    claimer.note(id, START_MS);
    await pass(10);
    expect(count('claim-invocations')).toBe(1);
    expect(heldBy(id)).toBe(3);
    await pass(10_000);
    expect(count('claim-invocations')).toBe(1);
    places.cancel(id, 3);
    claimer.roomFor(id);
    await pass(10);
    expect(count('claim-invocations')).toBe(2);
  });

  it('claims nothing for a webhook that is inactive', async () => {
    claimer.note(webhook('inactive'), START_MS);
    await pass(1_000);
    expect(asked).toEqual([]);
  });

  it('claims nothing for a webhook that is paused, or whose account is suspended', async () => {
    const one = webhook();
    paused.set(one, { at: new Date(), by: 'test' });
    claimer.note(one, START_MS);
    await pass(10);
    account = { ...account, suspendedAt: new Date() };
    claimer.note(webhook(), START_MS);
    await pass(1_000);
    expect(asked).toEqual([]);
  });

  it('gives up what ended twenty nodes', async () => {
    const id = webhook();
    const poison = { ...row(id), lost_count: 21 };
    answer = async (name) =>
      name === 'claim-invocations' && count(name) === 1
        ? [poison, { ...row(id), lost_count: 20 }]
        : [];
    claimer.note(id, START_MS);
    await pass(10);
    expect(places.delivered).toHaveLength(1);
    expect(asked.find(({ name }) => name === 'end-invocations')?.values.at(-1)).toMatch(/given up/);
    expect(heldBy(id)).toBe(1);
  });

  it('ends the work of a webhook that is deleted, to the last row', async () => {
    let rows = 2_500;
    answer = async (name) => {
      if (name !== 'end-orphans') return [];
      const ended = Math.min(rows, 1_000);
      rows -= ended;
      return Array.from({ length: ended }, () => ({ id: 'x' }));
    };
    claimer.note(webhook('deleted'), START_MS);
    await pass(10);
    expect(names()).toEqual(['end-orphans', 'end-orphans', 'end-orphans']);
  });

  it.each(['claim-invocations', 'end-orphans', 'next-due'])(
    'keeps no place for itself when %s fails, and tries again in a second',
    async (failing) => {
      const active = webhook('active', 9);
      const deleted = webhook('deleted', 9);
      const other = webhook('active', 9);
      answer = async (name) => {
        if (name === failing) throw new Unavailable('away');
        return [];
      };
      // Whatever the order in which they come.
      for (const id of [active, deleted, other]) claimer.note(id, START_MS);
      await pass(10);
      expect([heldBy(active), heldBy(other)]).toEqual([0, 0]);
      const before = count(failing);
      expect(before).toBe(1);
      await pass(900);
      expect(count(failing)).toBe(before);
      await pass(200);
      expect(count(failing)).toBe(before + 1);
      answer = async () => [];
    },
  );

  it('hands over without bodies when they cannot be read', async () => {
    const id = webhook();
    answer = async (name) => {
      if (name === 'read-events') throw new Unavailable('away');
      return name === 'claim-invocations' ? [row(id)] : [];
    };
    claimer.note(id, START_MS);
    await pass(10);
    expect(places.delivered).toMatchObject([{ webhookId: id, body: undefined }]);
    expect(heldBy(id)).toBe(1);
  });

  it('has three claims under way at most, one of a lane', async () => {
    const free: (() => void)[] = [];
    answer = (name) =>
      name === 'claim-invocations'
        ? new Promise((resolve) => free.push(() => resolve([])))
        : Promise.resolve([]);
    for (let lane = 0; lane < 6; lane++) claimer.note(webhook('active', lane), START_MS);
    await pass(10);
    expect(count('claim-invocations')).toBe(3);
    claimer.note(webhook('active', 0), Date.now());
    claimer.note(webhook('active', 0), Date.now());
    await pass(10);
    expect(count('claim-invocations')).toBe(3);
    for (let done = 0; done < 7; done++) {
      free[done]?.();
      await pass(1);
    }
    expect(count('claim-invocations')).toBe(7);
    const lanes = asked
      .filter(({ name }) => name === 'claim-invocations')
      .map(({ values }) => values[0]);
    expect(lanes.slice(0, 6).sort()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(lanes[6]).toBe(0);
  });

  it('sweeps every lane at the start and one after another then, and finds what nobody told', async () => {
    await claimer.start();
    expect(count('find-due-webhooks')).toBe(LANES);
    const id = webhook('active', 1);
    const off = webhook('inactive', 1);
    answer = async (name, [lane]) =>
      name === 'find-due-webhooks' && lane === 1
        ? [
            { webhook_id: id, in_ms: -10 },
            { webhook_id: off, in_ms: -10 },
          ]
        : [];
    await pass(520);
    expect(count('claim-invocations')).toBe(1);
    await pass(32_000);
    expect(count('find-due-webhooks')).toBe(2 * LANES + 1);
  });

  it('goes on sweeping when a sweep fails', async () => {
    await claimer.start();
    answer = () => Promise.reject(new Unavailable('away'));
    await pass(5_000);
    expect(count('find-due-webhooks')).toBe(LANES + 10);
  });

  it('tells those that waited for room in the whole node with the sweep', async () => {
    await claimer.start();
    const id = webhook();
    places.limit = 0;
    claimer.note(id, START_MS);
    await pass(10);
    expect(count('claim-invocations')).toBe(0);
    places.limit = 5;
    await pass(600);
    expect(count('claim-invocations')).toBe(1);
  });

  it('waits for claims under way when it stops, and begins none after it', async () => {
    const id = webhook();
    let free: () => void = () => undefined;
    answer = (name) =>
      name === 'claim-invocations'
        ? new Promise((resolve) => {
            free = () => resolve([row(id)]);
          })
        : Promise.resolve([]);
    claimer.note(id, START_MS);
    await pass(10);
    let stopped = false;
    const stopping = claimer.stop().then(() => {
      stopped = true;
    });
    await pass(10);
    expect(stopped).toBe(false);
    free();
    await stopping;
    expect(places.delivered).toHaveLength(1);
    const before = asked.length;
    claimer.note(id, START_MS);
    await pass(60_000);
    expect(asked).toHaveLength(before);
  });
});

describe('an open breaker', () => {
  const openUntil = (id: string, nextProbeAtMs: number) =>
    broken.set(id, { nextProbeAtMs, sinceMs: START_MS, reason: 'many failures' });

  it('holds back what is due, page by page, and looks again when a probe may be sent', async () => {
    const id = webhook();
    openUntil(id, START_MS + 5_000);
    let parked = 0;
    answer = async (name) =>
      name === 'park-invocations' && ++parked === 1
        ? Array.from({ length: 500 }, (_, index) => ({ due_at_us: index }))
        : [];
    claimer.note(id, START_MS);
    await pass(4_999);
    expect(names()).toEqual(['park-invocations', 'park-invocations']);
    const [first, second] = asked.map(({ values }) => values);
    expect(first?.slice(2, 4)).toEqual(['circuit broken', false]);
    expect(first?.[5]).toBe('the circuit breaker is open: many failures');
    expect([first?.[6], second?.[6]]).toEqual([0, 499]);
    await pass(1);
    expect(names().slice(2)).toEqual(['next-due']); // nothing is due: no probe is taken
    expect(probes).toEqual([]);
  });

  it('ends it by the zendesk profile', async () => {
    rules = PROFILES.zendesk;
    const id = webhook();
    openUntil(id, START_MS + 5_000);
    claimer.note(id, START_MS);
    await pass(10);
    expect(asked[0]?.values.slice(2, 4)).toEqual(['circuit broken', true]);
  });

  it('lets one invocation through as the probe', async () => {
    const id = webhook();
    openUntil(id, START_MS);
    answer = async (name) => {
      if (name === 'next-due') return [{ webhook_id: id, in_ms: -1 }];
      if (name === 'claim-invocations') return [row(id)];
      return [];
    };
    claimer.note(id, START_MS);
    await pass(10);
    expect(places.delivered).toMatchObject([{ webhookId: id, probe: true }]);
    expect(heldBy(id)).toBe(1);
    expect(probes[0]).toBe(`take ${id}`);
  });

  it('does not ask without a pause for a probe that is refused: the clocks may differ', async () => {
    const id = webhook();
    openUntil(id, START_MS);
    probes.push('taken by another');
    answer = async (name) => (name === 'next-due' ? [{ webhook_id: id, in_ms: -1 }] : []);
    claimer.note(id, START_MS);
    await pass(199);
    expect(probes.slice(1)).toHaveLength(4);
  });

  it('gives the probe back when there was nothing to send after all', async () => {
    const id = webhook();
    openUntil(id, START_MS);
    answer = async (name) => (name === 'next-due' ? [{ webhook_id: id, in_ms: -1 }] : []);
    claimer.note(id, START_MS);
    await pass(10);
    expect(probes.slice(0, 2)).toEqual([`take ${id}`, `return ${id}`]);
    expect(heldBy(id)).toBe(0);
  });
});

describe('a rate limit', () => {
  beforeEach(() => {
    rules = { ...PROFILES.durable, rateLimit: { requests: 4, spanMs: 60_000 }, concurrency: 8 };
  });

  it('claims as many as there are permits, and gives back what was not used', async () => {
    const id = webhook();
    permits = 4;
    answer = async (name) => {
      if (name === 'next-due') return [{ webhook_id: id, in_ms: count(name) === 1 ? -1 : 1e6 }];
      if (name === 'count-due') return [{ due: 4 }];
      return name === 'claim-invocations' ? [row(id), row(id), row(id)] : [];
    };
    claimer.note(id, START_MS);
    await pass(10);
    expect(heldBy(id)).toBe(3);
    expect(permits).toBe(1);
  });

  it('takes no more permits than there are invocations due', async () => {
    const id = webhook();
    permits = 4;
    let left = 5;
    answer = async (name) => {
      if (name === 'next-due') return [{ webhook_id: id, in_ms: count(name) === 1 ? -1 : 1e6 }];
      if (name === 'count-due') return [{ due: 1 }];
      if (name !== 'claim-invocations') return [];
      left = permits; // while the claim is under way, what others find
      return [row(id)];
    };
    claimer.note(id, START_MS);
    await pass(10);
    expect(left).toBe(3);
  });

  it('takes no permits for more than is sent at once', async () => {
    const id = webhook();
    permits = 100;
    places.limit = 100;
    answer = async (name, values) => {
      if (name === 'next-due') return [{ webhook_id: id, in_ms: -1 }];
      if (name === 'count-due') return [{ due: values.at(-1) }];
      return name === 'claim-invocations' ? Array.from({ length: 8 }, () => row(id)) : [];
    };
    claimer.note(id, START_MS);
    await pass(100);
    expect(heldBy(id)).toBe(8);
    expect(permits).toBe(92);
  });

  it('holds back what is due while there is no permit, until there is one', async () => {
    const id = webhook();
    answer = async (name) => (name === 'next-due' ? [{ webhook_id: id, in_ms: -1 }] : []);
    claimer.note(id, START_MS);
    await pass(6_999);
    expect(names()).toEqual(['next-due', 'count-due', 'park-invocations']);
    expect(asked[2]?.values.slice(2, 4)).toEqual(['throttled', false]);
    expect(asked[2]?.values[5]).toBe('the rate limit is reached: 4 requests in 1 min');
    permits = 1;
    await pass(10);
    expect(names().slice(3, 6)).toEqual(['next-due', 'count-due', 'claim-invocations']);
  });
});
