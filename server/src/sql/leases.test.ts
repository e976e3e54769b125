import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { historyEntry } from '../model/history-entry.ts';
import { newId, uuidFromId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import { DAY_MS } from '../model/time-units.ts';
import {
  createTestTrail,
  storeInvocations,
  storeWebhook,
  type TestTrail,
} from '../testing/test-trail.ts';
import { claimInvocations } from './claim-invocations.ts';
import { endInvocations } from './end-invocations.ts';
import { endOrphans } from './end-orphans.ts';
import { type LeaseRow, renewLeases } from './renew-leases.ts';
import { returnLeases } from './return-leases.ts';

const LEASE_MS = 30_000;

let trail: TestTrail;
beforeAll(async () => {
  trail = await createTestTrail({ days: 3 });
});
afterAll(() => trail.drop());

/** Gives each lease its own end, because a row has one lease per millisecond. */
let claims = 0;

async function claim(webhookId: string): Promise<LeaseRow[]> {
  const lane = laneOf(webhookId);
  const rows = await trail.database.run(claimInvocations, {
    lane,
    wanted: [{ webhookId, room: 1_000 }],
    leaseMs: LEASE_MS + 1_000 * ++claims,
  });
  return rows.map((row) => ({
    lane,
    webhookId: row.webhook_id,
    invocationId: row.id,
    leasedUntilMs: row.due_at.getTime(),
  }));
}

const ENTRY = historyEntry(Date.now(), 'ended', 'for a test');

async function claimed(count = 1): Promise<LeaseRow[]> {
  const webhookId = newId(Date.now());
  await storeInvocations(trail, { webhookId, count });
  return claim(webhookId);
}

/** Expires a lease, so the next claim gets the row. */
async function handOver(lease: LeaseRow): Promise<LeaseRow> {
  const [row] = await trail.sql<{ webhook_id: string }>(
    `update invocation set due_at = now() - interval '1 ms' where id = $1 returning webhook_id`,
    [uuidFromId(lease.invocationId)],
  );
  const [next] = await claim(row?.webhook_id as string);
  return next as LeaseRow;
}

const stored = (lease: LeaseRow) => trail.invocation(lease.invocationId);

describe('renewLeases', () => {
  it('extends a held lease and returns the new one', async () => {
    const leases = await claimed(3);
    const renewed = await trail.database.run(renewLeases, { leases, leaseMs: 600_000 });
    expect(renewed.map(({ id }) => id).sort()).toEqual(leases.map((l) => l.invocationId).sort());
    for (const lease of leases) {
      const leased_until = renewed.find(({ id }) => id === lease.invocationId)?.leased_until;
      expect(await stored(lease)).toMatchObject({ leased: true, due_at: leased_until });
      expect((leased_until as Date).getTime()).toBeGreaterThan(Date.now() + 540_000);
    }
  });

  it('works again with the returned lease, but not with the old one', async () => {
    const [lease] = (await claimed()) as [LeaseRow];
    const renew = (leasedUntilMs: number) =>
      trail.database.run(renewLeases, {
        leases: [{ ...lease, leasedUntilMs }],
        leaseMs: LEASE_MS - 500,
      });
    const [first] = await renew(lease.leasedUntilMs);
    expect(await renew(lease.leasedUntilMs)).toEqual([]);
    expect(await renew(Number(first?.leased_until))).toHaveLength(1);
  });

  it('extends an expired lease that no node took', async () => {
    const [lease] = (await claimed()) as [LeaseRow];
    const leasedUntilMs = lease.leasedUntilMs - 2 * LEASE_MS;
    await trail.sql('update invocation set due_at = $2 where id = $1', [
      uuidFromId(lease.invocationId),
      new Date(leasedUntilMs),
    ]);
    const leases = [{ ...lease, leasedUntilMs }];
    expect(await trail.database.run(renewLeases, { leases, leaseMs: LEASE_MS })).toHaveLength(1);
  });
});

/** The three statements that act on a lease must not touch a row without exactly that lease. */
describe.each([
  [
    'renewLeases',
    async (leases: LeaseRow[]) => {
      expect(await trail.database.run(renewLeases, { leases, leaseMs: LEASE_MS })).toEqual([]);
    },
  ],
  [
    'returnLeases',
    async (leases: LeaseRow[]) => {
      await trail.database.run(returnLeases, leases);
    },
  ],
  [
    'endInvocations',
    async (leases: LeaseRow[]) => {
      await trail.database.run(endInvocations, {
        leases,
        reason: 'nothing',
        reasonCode: 'expired',
        entry: '{}',
      });
    },
  ],
])('%s', (_name, act) => {
  it("does not touch another node's lease", async () => {
    const [lease] = (await claimed()) as [LeaseRow];
    await handOver(lease);
    const before = await stored(lease);
    expect(before).toMatchObject({ leased: true, status: 'unknown' });
    await act([lease]);
    expect(await stored(lease)).toEqual(before);
  });

  it.each([
    ['is final', `leased = false, due_at = null, status = 'success'`],
    ['waits for a retry at exactly that time', `leased = false, status = 'timeout'`],
  ])('does not touch an invocation that %s', async (_what, change) => {
    const [lease] = (await claimed()) as [LeaseRow];
    await trail.sql(`update invocation set ${change} where id = $1`, [
      uuidFromId(lease.invocationId),
    ]);
    const before = await stored(lease);
    await act([lease]);
    expect(await stored(lease)).toEqual(before);
  });

  it('takes an empty list', () => act([]));
});

describe('returnLeases', () => {
  it('makes unsent invocations due immediately, for any node, and not unknown', async () => {
    const webhookId = newId(Date.now());
    await storeInvocations(trail, { webhookId, count: 2 });
    const [given, kept] = (await claim(webhookId)) as [LeaseRow, LeaseRow];
    await trail.database.run(returnLeases, [given]);
    expect(await stored(given)).toMatchObject({ leased: false, status: 'accepted' });
    expect((await claim(webhookId)).map((lease) => lease.invocationId)).toEqual([
      given.invocationId,
    ]);
    expect(await stored(given)).toMatchObject({ leased: true, status: 'accepted' });
    expect(await stored(kept)).toMatchObject({ leased: true });
  });
});

describe('endInvocations', () => {
  it('ends held invocations, with the reason', async () => {
    const leases = await claimed(2);
    const reason = 'the event is no longer kept';
    const end = { leases, reason, reasonCode: 'expired', entry: ENTRY } as const;
    const ended = await trail.database.run(endInvocations, end);
    expect(ended.map(({ id }) => id).sort()).toEqual(
      leases.map(({ invocationId }) => invocationId).sort(),
    );
    expect(await trail.database.run(endInvocations, end)).toEqual([]);
    for (const lease of leases) {
      expect(await stored(lease)).toMatchObject({
        status: 'failed',
        reason,
        due_at: null,
        leased: false,
        attempts_count: 0,
        history: ENTRY,
      });
    }
  });
});

describe('endOrphans', () => {
  const end = (webhookId: string, limit = 100) =>
    trail.database.run(endOrphans, { lane: laneOf(webhookId), webhookId, limit, entry: ENTRY });

  it('ends nothing while the webhook exists, whatever its status', async () => {
    const webhookId = await storeWebhook(trail);
    await storeInvocations(trail, { webhookId, count: 3 });
    expect(await end(webhookId)).toEqual([]);
    await trail.sql(`update webhook set status = 'inactive' where id = $1`, [
      uuidFromId(webhookId),
    ]);
    expect(await end(webhookId)).toEqual([]);
    expect(await claim(webhookId)).toHaveLength(3);
  });

  it('ends waiting invocations in every state and partition, once the webhook is deleted', async () => {
    const webhookId = await storeWebhook(trail);
    const due = await storeInvocations(trail, { webhookId, count: 2 });
    const later = await storeInvocations(trail, {
      webhookId,
      dueInMs: 60_000,
      atMs: Date.now() - 2 * DAY_MS,
    });
    const [final] = (await storeInvocations(trail, { webhookId })) as [string];
    await trail.sql(`update invocation set due_at = null, status = 'success' where id = $1`, [
      uuidFromId(final),
    ]);
    const leased = await storeInvocations(trail, { webhookId });
    await trail.sql(
      `update invocation set leased = true, due_at = now() + interval '30 s' where id = $1`,
      [uuidFromId(leased[0] as string)],
    );
    await trail.sql('delete from webhook where id = $1', [uuidFromId(webhookId)]);

    const waiting = [...due, ...later];
    expect((await end(webhookId)).map(({ id }) => id).sort()).toEqual([...waiting].sort());
    for (const id of waiting) {
      expect(await trail.invocation(id)).toMatchObject({
        status: 'failed',
        reason: 'the webhook was deleted',
        due_at: null,
        leased: false,
      });
    }
    expect(await trail.invocation(final)).toMatchObject({ status: 'success', reason: null });
    expect(await end(webhookId)).toEqual([]);

    // A leased invocation is in flight: its outcome decides, or the end of its lease.
    const [held] = leased as [string];
    expect(await trail.invocation(held)).toMatchObject({ status: 'accepted', leased: true });
    await trail.sql('update invocation set due_at = now() where id = $1', [uuidFromId(held)]);
    expect((await end(webhookId)).map(({ id }) => id)).toEqual([held]);
    // Whether its request was sent is unknown, now that nobody will claim it.
    const [row] = await trail.sql<{ lost_count: number; history: string }>(
      'select lost_count, history from invocation where id = $1',
      [uuidFromId(held)],
    );
    expect(row?.lost_count).toBe(1);
    expect(JSON.parse(`[${row?.history}]`)).toMatchObject([
      { what: 'lease lost' },
      { what: 'ended' },
    ]);
    const lost = await trail.sql(
      'select from invocation where webhook_id = $1 and lost_count > 0',
      [uuidFromId(webhookId)],
    );
    expect(lost).toHaveLength(1);
  });

  it('ends only invocations of its webhook, and at most the limit per call', async () => {
    const webhookId = newId(Date.now());
    const lane = laneOf(webhookId);
    let other = newId(Date.now());
    while (laneOf(other) !== lane) other = newId(Date.now());
    await storeInvocations(trail, { webhookId, count: 5 });
    await storeInvocations(trail, { webhookId: other, count: 2 });
    expect(await end(webhookId, 3)).toHaveLength(3);
    expect(await end(webhookId, 3)).toHaveLength(2);
    expect(await end(webhookId, 3)).toHaveLength(0);
    expect(await claim(other)).toHaveLength(2);
  });
});
