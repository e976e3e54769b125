import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '../../database/database.ts';
import { newId } from '../../model/ids.ts';
import { Unavailable } from '../../model/unavailable.ts';
import { type LeaseRow, renewLeases } from '../../sql/renew-leases.ts';
import type { Courier } from './courier.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import type { Work } from './work.ts';

const log = pino({ level: 'silent' });
const START_MS = 1_900_000_000_000;
const LEASE_MS = 30_000;

let works: Work[];
let renewed: LeaseRow[][];
let renew: (leases: readonly LeaseRow[]) => Promise<{ id: string; leased_until: Date }[]>;
let keeper: LeaseKeeper;

beforeEach(() => {
  vi.useFakeTimers({ now: START_MS });
  works = [];
  renewed = [];
  renew = async (leases) =>
    leases.map(({ invocationId }) => ({
      id: invocationId,
      leased_until: new Date(Date.now() + LEASE_MS),
    }));
  const database: Database = {
    async run(query, params) {
      expect(query.name).toBe(renewLeases.name);
      const { leases } = params as { leases: readonly LeaseRow[] };
      renewed.push([...leases]);
      return (await renew(leases)) as never;
    },
    transaction: () => Promise.reject(new Error('not used')),
    close: async () => undefined,
  };
  keeper = new LeaseKeeper({
    clock: { now: () => Date.now() },
    courier: { works: (): Iterable<Work> => works } as unknown as Courier,
    database,
    leaseMs: LEASE_MS,
    log,
  });
});
afterEach(async () => {
  await keeper.stop();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

function work(state: Work['state'], leasedUntilMs = START_MS + LEASE_MS): Work {
  const made: Work = {
    leased: {
      id: newId(START_MS),
      lane: 1,
      webhookId: newId(START_MS),
      eventId: newId(START_MS),
      eventType: 'a.b',
      attemptsCount: 0,
      manualCount: 0,
      manual: false,
      probe: false,
      suspicion: 'none',
      permitted: false,
      leasedUntilMs,
      body: '{}',
    },
    accountId: 1,
    leasedUntilMs,
    state,
    renewal: undefined,
    outcome: undefined,
    leasedAgain: false,
  };
  works.push(made);
  return made;
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('LeaseKeeper', () => {
  it('renews queued work and work being sent once half of its lease has passed', async () => {
    const [queued, sending] = [work('queued'), work('sending')];
    for (const state of ['recording', 'returning'] as const) work(state);
    work('queued', START_MS + 2 * LEASE_MS);
    await pass(15_000);
    expect(renewed).toEqual([]);
    await pass(5_000);
    expect(renewed).toEqual([
      [queued, sending].map(({ leased }) => ({
        lane: 1,
        webhookId: leased.webhookId,
        invocationId: leased.id,
        leasedUntilMs: START_MS + LEASE_MS,
      })),
    ]);
    expect(queued.leasedUntilMs).toBe(START_MS + 20_000 + LEASE_MS);
    expect(sending.renewal).toBeUndefined();
  });

  it('keeps a lease while the work lasts', async () => {
    const one = work('sending');
    for (let passedMs = 0; passedMs < 300_000; passedMs += 1_000) {
      await pass(1_000);
      expect(one.leasedUntilMs - Date.now()).toBeGreaterThan(9_000);
    }
  });

  it('keeps the old expiry of a lease that was not renewed', async () => {
    const [lost, kept] = [work('sending'), work('sending')];
    renew = async () => [{ id: kept.leased.id, leased_until: new Date(START_MS + 99_000) }];
    await pass(20_000);
    expect(lost.leasedUntilMs).toBe(START_MS + LEASE_MS);
    expect(kept.leasedUntilMs).toBe(START_MS + 99_000);
  });

  it('exposes a renewal in progress, and runs one at a time', async () => {
    const one = work('sending');
    let end: () => void = () => undefined;
    renew = () =>
      new Promise((resolve) => {
        end = () => resolve([{ id: one.leased.id, leased_until: new Date(START_MS + 99_000) }]);
      });
    await pass(20_000);
    expect(one.renewal).toBeInstanceOf(Promise);
    await pass(20_000);
    expect(renewed).toHaveLength(1);
    let known = 0;
    void one.renewal?.then(() => {
      known = one.leasedUntilMs;
    });
    end();
    await pass(0);
    expect(known).toBe(START_MS + 99_000);
    expect(one.renewal).toBeUndefined();
  });

  it('retries when the database is unavailable', async () => {
    const one = work('sending');
    renew = () => Promise.reject(new Unavailable('away'));
    await pass(20_000);
    expect(one.renewal).toBeUndefined();
    await pass(5_000);
    expect(renewed).toHaveLength(2);
  });

  describe('with more than a page of work', () => {
    const sizes = () => renewed.map((page) => page.length);

    it('renews a page at a time, and then what still needs it', async () => {
      const all = Array.from({ length: 2_500 }, () => work('sending'));
      const [first, last] = [all[0], all.at(-1)] as [Work, Work];
      const after: boolean[] = [];
      const answer = renew;
      renew = async (leases) => {
        after.push(first.renewal === undefined);
        last.state = 'gone';
        return answer(leases);
      };
      await pass(20_000);
      expect(sizes()).toEqual([1_000, 1_000, 499]);
      // Its outcome does not wait for the pages of others.
      expect(after).toEqual([true, true, true]);
      expect(last.leasedUntilMs).toBe(START_MS + LEASE_MS);
      expect(all[2_498]?.leasedUntilMs).toBe(START_MS + 20_000 + LEASE_MS);
    });

    it('leaves the rest to a later renewal when a page fails', async () => {
      for (let count = 0; count < 2_500; count++) work('queued');
      const answer = renew;
      renew = () => Promise.reject(new Unavailable('away'));
      await pass(20_000);
      expect(sizes()).toEqual([1_000]);
      renew = answer;
      await pass(5_000);
      expect(sizes()).toEqual([1_000, 1_000, 1_000, 500]);
    });
  });
});
