import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { laneOfKey } from '../accept/lane-of-key.ts';
import type { Runner } from '../database/database.ts';
import { newId, uuidFromId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import { createTestTrail, type TestTrail } from '../testing/test-trail.ts';
import { deleteExpiredKeys } from './delete-expired-keys.ts';
import { insertKeyedEvents, type KeyedEvent } from './insert-events.ts';
import { readIdempotencyKeys } from './read-idempotency-keys.ts';

let trail: TestTrail;
beforeAll(async () => {
  trail = await createTestTrail();
});
afterAll(() => trail.drop());

function row(key: string, values: Partial<KeyedEvent> = {}): KeyedEvent {
  return {
    lane: laneOfKey(1, key),
    accountId: 1,
    key,
    fingerprint: Buffer.from([1, 2, 3]),
    answer: '{"first":true}',
    eventId: newId(Date.now()),
    ...values,
  };
}

/** Writes an event with an invocation for each key, and returns which keys were free. */
async function take(rows: readonly KeyedEvent[], runner: Runner = trail.database) {
  const webhookId = newId(Date.now());
  const found = await runner.run(insertKeyedEvents, {
    versions: [],
    events: rows.map(({ eventId, accountId }) => ({
      id: eventId,
      accountId,
      type: 'a.b',
      body: '{}',
    })),
    invocations: rows.map(({ eventId }) => ({
      id: newId(Date.now()),
      lane: laneOf(webhookId),
      webhookId,
      eventId,
      eventType: 'a.b',
      leased: false,
    })),
    leaseMs: 30_000,
    keys: rows,
  });
  const repeated = new Set(found.map((row) => row.repeated));
  return rows
    .filter(({ eventId }) => !repeated.has(eventId))
    .map(({ key }) => key)
    .sort();
}

async function age(key: string, interval: string): Promise<void> {
  await trail.sql(`update idempotency_key set created_at = now() - $2::interval where key = $1`, [
    key,
    interval,
  ]);
}

describe('insertKeyedEvents', () => {
  it('takes a key once per account and keeps the first response', async () => {
    expect(await take([row('a'), row('b')])).toEqual(['a', 'b']);
    const again = { fingerprint: Buffer.from([9]), answer: '{"second":true}' };
    expect(await take([row('a', again), row('c')])).toEqual(['c']);
    const other = row('a', { accountId: 2, lane: laneOfKey(2, 'a') });
    expect(await take([other])).toEqual(['a']);
    expect(await trail.database.run(readIdempotencyKeys, [row('a'), row('nobody')])).toEqual([
      {
        account_id: 1,
        key: 'a',
        fingerprint: Buffer.from([1, 2, 3]),
        answer: '{"first":true}',
      },
    ]);
  });

  it('writes the events and invocations of free keys, and of events without a key', async () => {
    await take([row('used')]);
    const [free, used, keyless] = [row('free'), row('used'), row('none')];
    const invocationOf = ({ eventId }: KeyedEvent, webhookId = newId(Date.now())) => ({
      id: newId(Date.now()),
      lane: laneOf(webhookId),
      webhookId,
      eventId,
      eventType: 'a.b',
      leased: true,
    });
    const written = await trail.database.run(insertKeyedEvents, {
      versions: [],
      events: [free, used, keyless].map(({ eventId }) => ({
        id: eventId,
        accountId: 1,
        type: 'a.b',
        body: '{}',
      })),
      invocations: [free, free, used, used, keyless].map((event) => invocationOf(event)),
      leaseMs: 30_000,
      keys: [free, used],
    });
    expect(written).toEqual([
      { leased_until: expect.any(Date), repeated: used.eventId, stale: [], late_before: null },
    ]);
    const stored = await trail.sql<{ id: string; invocations: number }>(
      `select id, (select count(*) from invocation where event_id = event.id)::integer as invocations
       from event where id = any ($1)`,
      [[free, used, keyless].map(({ eventId }) => uuidFromId(eventId))],
    );
    expect(new Map(stored.map(({ id, invocations }) => [id, invocations]))).toEqual(
      new Map([
        [free.eventId, 2],
        [keyless.eventId, 1],
      ]),
    );
  });

  it('takes a key again after 24 hours, with the new response', async () => {
    await take([row('old')]);
    await age('old', '23:59:50');
    const again = row('old', { fingerprint: Buffer.from([9]), answer: '{"second":true}' });
    expect(await take([again])).toEqual([]);
    await age('old', '24:00:00');
    expect(await take([again])).toEqual(['old']);
    expect(await take([again])).toEqual([]);
    expect(await trail.database.run(readIdempotencyKeys, [again])).toMatchObject([
      { answer: '{"second":true}', fingerprint: Buffer.from([9]) },
    ]);
  });

  it('takes the id of an inbox again after 7 days', async () => {
    const id = 'inbox:1 a';
    await take([row(id)]);
    const [kept] = await trail.sql<{ hours: number }>(
      `select round(extract(epoch from created_at - now()) / 3600)::integer as hours
       from idempotency_key where key = $1`,
      [id],
    );
    // The keeper deletes it 24 hours after that.
    expect(kept).toEqual({ hours: 144 });
    await age(id, '23:59:50');
    expect(await take([row(id)])).toEqual([]);
    await age(id, '24:00:00');
    expect(await take([row(id)])).toEqual([id]);
    expect(await take([row(id)])).toEqual([]);
  });

  it('gives a key to one of many concurrent publishers', async () => {
    const keys = Array.from({ length: 20 }, (_, index) => `at once ${index}`);
    const taken = await Promise.all(
      Array.from({ length: 10 }, (_, turn) => {
        const rows = keys.map((key) => row(key));
        return take(turn % 2 === 0 ? rows : rows.reverse());
      }),
    );
    expect(taken.flat().sort()).toEqual([...keys].sort());
  });

  it('waits for the first taker, and takes the key if that one rolls back', async () => {
    let second: Promise<string[]> | undefined;
    await expect(
      trail.database.transaction(async (runner) => {
        expect(await take([row('rolled back')], runner)).toEqual(['rolled back']);
        second = take([row('rolled back')]);
        throw new Error('the write failed');
      }),
    ).rejects.toThrow('the write failed');
    expect(await second).toEqual(['rolled back']);
  });
});

describe('deleteExpiredKeys', () => {
  it('deletes keys older than 24 hours, in its lane, up to the limit', async () => {
    await trail.sql('delete from idempotency_key');
    const lane = 5;
    const keys = ['k1', 'k2', 'k3', 'young'];
    await take(keys.map((key) => row(key, { lane })));
    await take([row('elsewhere', { lane: 6 })]);
    for (const key of ['k1', 'k2', 'k3', 'elsewhere']) await age(key, '24:00:01');
    await age('young', '23:59:00');
    const expire = async (limit: number) =>
      (await trail.database.run(deleteExpiredKeys, { lane, limit })).length;
    expect([await expire(2), await expire(2), await expire(2)]).toEqual([2, 1, 0]);
    const left = await trail.sql<{ key: string }>('select key from idempotency_key order by key');
    expect(left.map(({ key }) => key)).toEqual(['elsewhere', 'young']);
  });
});
