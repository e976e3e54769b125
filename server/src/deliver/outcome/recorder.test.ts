import { eventually } from '@hooktrail/harness/eventually';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../database/database.ts';
import { newId, uuidFromId } from '../../model/ids.ts';
import { laneOf } from '../../model/lanes.ts';
import { Unavailable } from '../../model/unavailable.ts';
import { claimInvocations } from '../../sql/claim-invocations.ts';
import type { OutcomeRow } from '../../sql/record-outcomes.ts';
import type { LeaseRow } from '../../sql/renew-leases.ts';
import {
  createTestTrail,
  outcomeOf,
  storeInvocations,
  type TestTrail,
} from '../../testing/test-trail.ts';
import { Recorder } from './recorder.ts';

const log = pino({ level: 'silent' });

let trail: TestTrail;
beforeAll(async () => {
  trail = await createTestTrail();
});
afterAll(() => trail.drop());

async function claimed(count: number): Promise<LeaseRow[]> {
  const webhookId = newId(Date.now());
  const lane = laneOf(webhookId);
  await storeInvocations(trail, { webhookId, count });
  const rows = await trail.database.run(claimInvocations, {
    lane,
    wanted: [{ webhookId, room: count }],
    leaseMs: 30_000,
  });
  return rows.map((row) => ({
    lane,
    webhookId: row.webhook_id,
    invocationId: row.id,
    leasedUntilMs: row.due_at.getTime(),
  }));
}

/** The trail's database, except for statements that `fail` intercepts. */
function failing(fail: (name: string, done: Promise<unknown>) => Promise<void>): Database {
  return {
    ...trail.database,
    async run(query, params) {
      const done = trail.database.run(query, params);
      done.catch(() => undefined);
      await fail(query.name, done);
      return done;
    },
  };
}

describe('Recorder', () => {
  it('resolves when the outcome is committed', async () => {
    const recorder = new Recorder({ database: trail.database, log });
    const leases = await claimed(50);
    await Promise.all(
      leases.map(async (lease) => {
        await recorder.record(outcomeOf(lease), 1);
        expect(await trail.attemptNumbers(lease.invocationId)).toEqual([1]);
      }),
    );
  });

  it('retries what may not have been committed, and writes it once if it was', async () => {
    let failures = 2;
    const database = failing(async (_name, done) => {
      if (failures-- <= 0) return;
      await done;
      throw new Unavailable('the answer was lost');
    });
    const recorder = new Recorder({ database, log });
    const leases = await claimed(3);
    await Promise.all(leases.map((lease) => recorder.record(outcomeOf(lease), 1)));
    for (const lease of leases) {
      expect(await trail.attemptNumbers(lease.invocationId)).toEqual([1]);
      expect(await trail.invocation(lease.invocationId)).toMatchObject({
        status: 'server error',
        attempts_count: 1,
        leased: false,
      });
    }
  });

  it('writes once when the first try is still running in the database', async () => {
    const [lease] = (await claimed(1)) as [LeaseRow];
    const blocker = new pg.Client({ connectionString: trail.url });
    await blocker.connect();
    await blocker.query('begin');
    await blocker.query('select from invocation where id = $1 for update', [
      uuidFromId(lease.invocationId),
    ]);
    const waiting = async () => {
      const rows = await trail.sql(
        `select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rows.length;
    };
    let first: Promise<unknown> | undefined;
    const database = failing(async (_name, done) => {
      if (first !== undefined) return;
      first = done;
      await eventually('the first try', async () => (await waiting()) === 1);
      throw new Unavailable('the connection was lost, and PostgreSQL has not noticed');
    });
    const recorded = new Recorder({ database, log }).record(outcomeOf(lease), 1);
    await eventually('the second try', async () => (await waiting()) === 2);
    await blocker.query('commit');
    await blocker.end();
    await Promise.all([first, recorded]);
    expect(await trail.attemptNumbers(lease.invocationId)).toEqual([1]);
    expect(await trail.invocation(lease.invocationId)).toMatchObject({ attempts_count: 1 });
  });

  it('rejects one outcome that cannot be written, and writes the others', async () => {
    const recorder = new Recorder({ database: trail.database, log });
    const leases = await claimed(9);
    const results = await Promise.allSettled(
      leases.map((lease, index) =>
        recorder.record(outcomeOf(lease, index === 4 ? { statusCode: 70_000 } : {}), 1),
      ),
    );
    expect(results.map(({ status }) => status).filter((s) => s === 'rejected')).toHaveLength(1);
    expect(results[4]?.status).toBe('rejected');
    for (const [index, { invocationId }] of leases.entries()) {
      expect(await trail.attemptNumbers(invocationId)).toEqual(index === 4 ? [] : [1]);
    }
  });

  it('writes once when a try that was committed unheard is refused as a group, and divided', async () => {
    const answers: (() => Error)[] = [() => new Unavailable('the answer was lost')];
    let refusals = 1;
    const database: Database = {
      ...failing(async (_name, done) => {
        const answer = answers.pop();
        if (answer === undefined) return;
        await done;
        throw answer();
      }),
      transaction: async (work) => {
        if (refusals-- > 0) throw Object.assign(new Error('deadlock detected'), { code: '40P01' });
        return trail.database.transaction(work);
      },
    };
    const recorder = new Recorder({ database, log });
    const leases = await claimed(4);
    await Promise.all(leases.map((lease) => recorder.record(outcomeOf(lease), 1)));
    for (const { invocationId } of leases) {
      expect(await trail.attemptNumbers(invocationId)).toEqual([1]);
    }
    expect(refusals).toBeLessThan(0);
  });

  it.each(['57014', '40P01', '40001'])(
    'tries one outcome again after SQLSTATE %s, which says nothing about it',
    async (code) => {
      let failures = 2;
      const database: Database = {
        ...trail.database,
        run: (query, params) =>
          failures-- > 0
            ? Promise.reject(Object.assign(new Error('canceled'), { code }))
            : trail.database.run(query, params),
      };
      const [lease] = (await claimed(1)) as [LeaseRow];
      await new Recorder({ database, log }).record(outcomeOf(lease), 1);
      expect(await trail.attemptNumbers(lease.invocationId)).toEqual([1]);
    },
  );

  it('waits for an unavailable database until the node gives up waiting', async () => {
    let tries = 0;
    const away: Database = {
      ...trail.database,
      run: async () => {
        tries++;
        throw new Unavailable('away');
      },
      transaction: async () => {
        tries++;
        throw new Unavailable('away');
      },
    };
    const recorder = new Recorder({ database: away, log });
    const [lease] = (await claimed(1)) as [LeaseRow];
    const recorded = recorder.record(outcomeOf(lease), 1);
    const outcome = recorded.then(
      () => 'recorded',
      (error: unknown) => error,
    );
    await eventually('a second try', () => tries >= 2);
    recorder.giveUpWaiting();
    expect(await outcome).toBeInstanceOf(Unavailable);
  });

  describe('between accounts', () => {
    /** A recorder whose statements the test ends, and a function that adds outcomes of an account. */
    function scene() {
      const groups: { accounts: number[]; commit(): void }[] = [];
      const accountOf = new Map<string, number>();
      const database = {
        run: (_query: unknown, { outcomes }: { outcomes: OutcomeRow[] }) =>
          new Promise((resolve) => {
            const accounts = outcomes.map(({ invocationId }) => accountOf.get(invocationId) ?? 0);
            groups.push({ accounts, commit: () => resolve([]) });
          }),
      } as unknown as Database;
      const recorder = new Recorder({ database, log });
      const add = (accountId: number, count: number) => {
        for (let n = 0; n < count; n++) {
          const invocationId = newId(Date.now());
          accountOf.set(invocationId, accountId);
          const lease = { lane: 0, webhookId: newId(Date.now()), invocationId, leasedUntilMs: 1 };
          void recorder.record(outcomeOf(lease), accountId);
        }
      };
      /** What was written since the last look, as `account x outcomes`. */
      let seen = 0;
      const begun = async () => {
        await turn();
        await turn();
        const fresh = groups.slice(seen);
        seen = groups.length;
        return fresh.map(({ accounts }) => {
          const count = (account: number) => accounts.filter((one) => one === account).length;
          return [...new Set(accounts)].map((one) => `${one} x ${count(one)}`).join();
        });
      };
      return { groups, add, begun };
    }
    const turn = () => new Promise((resolve) => setImmediate(resolve));

    it('writes those of others at once, however many one account has', async () => {
      const { groups, add, begun } = scene();
      add(1, 20_000);
      expect(await begun()).toEqual(['1 x 1000', '1 x 1000']);
      add(2, 1);
      add(3, 2);
      expect(await begun()).toEqual(['2 x 1,3 x 2']);
      groups[2]?.commit();
      // Not one of the 18,000 that came before.
      add(4, 3);
      expect(await begun()).toEqual(['4 x 3']);
      groups[3]?.commit();
      groups[0]?.commit();
      expect(await begun()).toEqual(['1 x 1000']);
    });

    it('gives accounts with many outcomes turns', async () => {
      const { groups, add, begun } = scene();
      add(1, 10_000);
      add(2, 1_500);
      add(3, 1_500);
      const order: string[] = [];
      for (let done = 0; done < 8; done++) {
        order.push(...(await begun()));
        groups[done]?.commit();
      }
      expect(order.slice(0, 6)).toEqual([
        '1 x 1000',
        '2 x 1000',
        '3 x 1000',
        '1 x 1000',
        '2 x 500',
        '3 x 500',
      ]);
    });
  });
});
