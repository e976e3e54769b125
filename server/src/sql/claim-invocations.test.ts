import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { uuidFromId } from '../model/ids.ts';
import { DAY_MS } from '../model/time-units.ts';
import {
  createTestTrail,
  storeInvocations,
  type TestTrail,
  webhooksOfLane,
} from '../testing/test-trail.ts';
import { beginSuspect } from './begin-suspect.ts';
import { type ClaimedRow, claimInvocations, type WantedWebhook } from './claim-invocations.ts';
import { returnLeases } from './return-leases.ts';

const LEASE_MS = 30_000;

let trail: TestTrail;
beforeAll(async () => {
  trail = await createTestTrail({ days: 3 });
});
afterAll(() => trail.drop());

function claim(lane: number, wanted: readonly WantedWebhook[]): Promise<ClaimedRow[]> {
  return trail.database.run(claimInvocations, { lane, wanted, leaseMs: LEASE_MS });
}

async function expire(ids: readonly string[]): Promise<void> {
  await trail.sql(
    `update invocation set due_at = now() - interval '1 second' where id = any ($1)`,
    [ids.map(uuidFromId)],
  );
}

describe('claimInvocations', () => {
  it('leases due invocations and returns everything a delivery needs', async () => {
    const [webhookId] = webhooksOfLane(1, 1) as [string];
    const [id] = await storeInvocations(trail, { webhookId });
    const due = await trail.invocation(id as string);
    const before = await trail.sql<{ now: Date }>('select now()');
    const rows = await claim(1, [{ webhookId, room: 5 }]);
    const after = await trail.sql<{ now: Date }>('select now()');

    const stored = await trail.invocation(id as string);
    expect(rows).toEqual([
      {
        id,
        webhook_id: webhookId,
        event_id: stored['event_id'],
        event_type: 'order.paid',
        suspect_count: 0,
        blamed_count: 0,
        lost: false,
        leased: true,
        manual: false,
        job_id: null,
        manual_count: 0,
        attempts_count: 0,
        due_at: stored.due_at,
        was_due_ms: expect.closeTo(due.due_at?.getTime() as number, -1),
      },
    ]);
    expect(stored).toMatchObject({ leased: true, status: 'accepted' });
    const leasedUntilMs = (rows[0] as ClaimedRow).due_at.getTime();
    expect(leasedUntilMs).toBeGreaterThanOrEqual((before[0]?.now.getTime() ?? 0) + LEASE_MS);
    expect(leasedUntilMs).toBeLessThanOrEqual((after[0]?.now.getTime() ?? 0) + LEASE_MS);
    // The node's copy of the lease equals the database's, to the microsecond.
    expect(
      await trail.sql('select id from invocation where id = $1 and due_at = $2', [
        uuidFromId(id as string),
        new Date(leasedUntilMs),
      ]),
    ).toHaveLength(1);
    expect(await claim(1, [{ webhookId, room: 5 }])).toEqual([]);
  });

  it('takes up to the room, longest due first, from every partition', async () => {
    const [webhookId] = webhooksOfLane(2, 1) as [string];
    const ids: string[] = [];
    for (const [ago, dueInMs] of [
      [0, -1_000],
      [2, -4_000],
      [1, -3_000],
      [0, -2_000],
      [1, 60_000],
    ] as const) {
      ids.push(
        ...(await storeInvocations(trail, { webhookId, atMs: Date.now() - ago * DAY_MS, dueInMs })),
      );
    }
    const ofClaim = async () =>
      (await claim(2, [{ webhookId, room: 3 }])).map(({ id }) => ids.indexOf(id)).sort();
    expect(await ofClaim()).toEqual([1, 2, 3]);
    expect(await ofClaim()).toEqual([0]);
    expect(await ofClaim()).toEqual([]);
  });

  it('gives each webhook its own room and takes nothing of other webhooks', async () => {
    const webhookIds = webhooksOfLane(3, 3);
    for (const webhookId of webhookIds) await storeInvocations(trail, { webhookId, count: 10 });
    const [one, two, three] = webhookIds as [string, string, string];
    const rows = await claim(3, [
      { webhookId: one, room: 4 },
      { webhookId: two, room: 100 },
    ]);
    const count = (webhookId: string) => rows.filter((row) => row.webhook_id === webhookId).length;
    expect([count(one), count(two), count(three)]).toEqual([4, 10, 0]);
  });

  it('takes nothing of another lane', async () => {
    const [webhookId] = webhooksOfLane(4, 1) as [string];
    await storeInvocations(trail, { webhookId });
    expect(await claim(5, [{ webhookId, room: 5 }])).toEqual([]);
    expect(await claim(4, [{ webhookId, room: 5 }])).toHaveLength(1);
  });

  it('marks leased, unrecorded invocations unknown, but not those waiting for a retry', async () => {
    const [webhookId] = webhooksOfLane(6, 1) as [string];
    const ids = await storeInvocations(trail, { webhookId, count: 2 });
    const [lost, retried] = ids as [string, string];
    await claim(6, [{ webhookId, room: 2 }]);
    await trail.sql(`update invocation set leased = false, status = 'server error' where id = $1`, [
      uuidFromId(retried),
    ]);
    await expire(ids);
    const rows = await claim(6, [{ webhookId, room: 2 }]);
    expect(rows.map(({ id }) => id).sort()).toEqual([...ids].sort());
    // What counts lost leases.
    expect(rows.find(({ id }) => id === lost)?.lost).toBe(true);
    expect(rows.find(({ id }) => id === retried)?.lost).toBe(false);
    expect(await trail.invocation(lost)).toMatchObject({ status: 'unknown', leased: true });
    expect(await trail.invocation(retried)).toMatchObject({ status: 'server error', leased: true });
  });

  it('keeps a lost lease in the history and in the count', async () => {
    const [webhookId] = webhooksOfLane(9, 1) as [string];
    const [id] = (await storeInvocations(trail, { webhookId })) as [string];
    await claim(9, [{ webhookId, room: 1 }]);
    await trail.sql(`update invocation set due_at = '2026-01-02T03:04:05.678Z' where id = $1`, [
      uuidFromId(id),
    ]);
    const [row] = await claim(9, [{ webhookId, room: 1 }]);
    expect(row).toMatchObject({ suspect_count: 1, blamed_count: 0, leased: true });
    const { history } = await trail.invocation(id);
    expect(JSON.parse(history as string)).toEqual({
      at: '2026-01-02T03:04:05.678Z',
      what: 'lease lost',
      why: expect.stringMatching(/unknown/),
    });
  });

  it('adds lost leases to the history until it has 4,000 characters', async () => {
    const [webhookId] = webhooksOfLane(9, 1) as [string];
    const [id] = (await storeInvocations(trail, { webhookId })) as [string];
    const lost = async (length: number) => {
      await trail.sql(
        `update invocation set leased = true, due_at = now() - interval '1 minute',
          suspect_count = 0, history = repeat('x', $2) where id = $1`,
        [uuidFromId(id), length],
      );
      await claim(9, [{ webhookId, room: 1 }]);
      return ((await trail.invocation(id)).history as string).length;
    };
    expect(await lost(4_000)).toBeGreaterThan(4_000);
    expect(await lost(4_001)).toBe(4_001);
  });

  it('blames a lost lease only on an announced request, which then waits longer each time', async () => {
    const [webhookId] = webhooksOfLane(10, 1) as [string];
    const ids = await storeInvocations(trail, { webhookId, count: 2 });
    const [announced, queued] = ids as [string, string];
    for (const [blames, waitS] of [60, 600, 3_600, 21_600].entries()) {
      const rows = await claim(10, [{ webhookId, room: 2 }]);
      expect(rows.map(({ leased }) => leased)).toEqual([true, true]);
      const lease = rows.find(({ id }) => id === announced) as ClaimedRow;
      const leasedUntilMs = lease.due_at.getTime();
      const begun = { lane: 10, webhookId, invocationId: announced, leasedUntilMs };
      expect(await trail.database.run(beginSuspect, begun)).toHaveLength(1);
      await expire(ids);
      const after = await claim(10, [{ webhookId, room: 2 }]);
      const of = (wanted: string) => after.find(({ id }) => id === wanted) as ClaimedRow;
      expect(of(announced)).toMatchObject({ blamed_count: blames + 1, leased: false });
      expect(of(queued)).toMatchObject({ blamed_count: 0, leased: true });
      const waitMs = of(announced).due_at.getTime() - Date.now();
      expect(Math.abs(waitMs - 1_000 * waitS)).toBeLessThan(20_000);
      await trail.sql('update invocation set leased = false, due_at = now() where id = any ($1)', [
        ids.map(uuidFromId),
      ]);
    }
  });

  it('does not blame an announcement that was withdrawn, in or after its time', async () => {
    const [webhookId] = webhooksOfLane(13, 1) as [string];
    const [id] = (await storeInvocations(trail, { webhookId })) as [string];
    for (const expired of [false, true]) {
      const [row] = (await claim(13, [{ webhookId, room: 1 }])) as [ClaimedRow];
      const lease = { lane: 13, webhookId, invocationId: id, leasedUntilMs: row.due_at.getTime() };
      expect(await trail.database.run(beginSuspect, lease)).toHaveLength(1);
      if (expired) {
        lease.leasedUntilMs = Date.now() - 1_000;
        await trail.sql('update invocation set due_at = $2 where id = $1', [
          uuidFromId(id),
          new Date(lease.leasedUntilMs),
        ]);
      }
      await trail.database.run(returnLeases, [lease]);
      // Nothing was begun.
      expect(await trail.invocation(id)).toMatchObject({ leased: false, begun: false });
      const [next] = await claim(13, [{ webhookId, room: 1 }]);
      expect(next).toMatchObject({ leased: true, blamed_count: 0, suspect_count: 0 });
      await trail.sql('update invocation set leased = false, due_at = now() where id = $1', [
        uuidFromId(id),
      ]);
    }
  });

  it('returns the fifth blame under a lease, for whoever gives it up', async () => {
    const [webhookId] = webhooksOfLane(11, 1) as [string];
    const [id] = (await storeInvocations(trail, { webhookId })) as [string];
    await trail.sql(
      'update invocation set leased = true, begun = true, blamed_count = 4 where id = $1',
      [uuidFromId(id)],
    );
    const [row] = await claim(11, [{ webhookId, room: 1 }]);
    expect(row).toMatchObject({ blamed_count: 5, leased: true });
  });

  it('announces nothing under a lease that is lost', async () => {
    const [webhookId] = webhooksOfLane(12, 1) as [string];
    const [id] = (await storeInvocations(trail, { webhookId })) as [string];
    const begun = { lane: 12, webhookId, invocationId: id, leasedUntilMs: Date.now() };
    expect(await trail.database.run(beginSuspect, begun)).toEqual([]);
  });

  it.each([
    ['due now', 0],
    ['due while they claim', 50],
  ])('gives each invocation %s to exactly one of many claimers', async (_when, dueInMs) => {
    const webhookIds = webhooksOfLane(7, 3);
    const ids = new Set<string>();
    for (const webhookId of webhookIds) {
      for (const id of await storeInvocations(trail, { webhookId, count: 200, dueInMs }))
        ids.add(id);
    }
    const holders = new Map<string, number>();
    const claimer = async (number: number) => {
      while (holders.size < ids.size) {
        const wanted = webhookIds.map((webhookId) => ({ webhookId, room: 7 }));
        for (const { id } of await claim(7, wanted)) {
          expect(holders.has(id), `${id} has two holders`).toBe(false);
          holders.set(id, number);
        }
      }
    };
    await Promise.all(Array.from({ length: 12 }, (_, number) => claimer(number)));
    expect(new Set(holders.keys())).toEqual(ids);
    expect(new Set(holders.values()).size).toBeGreaterThan(1);
    await trail.sql('update invocation set due_at = null, leased = false where lane = 7');
  });

  it('agrees with its model over random claims, expiries and arrivals', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.record({
              what: fc.constant('come' as const),
              count: fc.integer({ min: 1, max: 6 }),
            }),
            fc.record({
              what: fc.constant('claim' as const),
              count: fc.integer({ min: 1, max: 6 }),
            }),
            fc.record({ what: fc.constant('expire' as const), count: fc.constant(0) }),
          ),
          { maxLength: 12 },
        ),
        async (steps) => {
          const [webhookId] = webhooksOfLane(8, 1) as [string];
          const due = new Set<string>();
          const held = new Set<string>();
          for (const { what, count } of steps) {
            if (what === 'come') {
              for (const id of await storeInvocations(trail, { webhookId, count })) due.add(id);
            } else if (what === 'claim') {
              const rows = await claim(8, [{ webhookId, room: count }]);
              expect(rows).toHaveLength(Math.min(count, due.size));
              for (const { id } of rows) {
                expect(due.delete(id)).toBe(true);
                held.add(id);
              }
            } else {
              await expire([...held]);
              for (const id of held) due.add(id);
              held.clear();
            }
          }
        },
      ),
      { numRuns: 15 },
    );
  });
});
