import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId, uuidFromId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import { DAY_MS } from '../model/time-units.ts';
import {
  createTestTrail,
  outcomeOf,
  storeInvocations,
  storeWebhook,
  type TestTrail,
} from '../testing/test-trail.ts';
import { endInvocations } from './end-invocations.ts';
import { endOrphans } from './end-orphans.ts';
import { insertEvents, insertKeyedEvents } from './insert-events.ts';
import { insertWriter } from './insert-writer.ts';
import { parkInvocations } from './park-invocations.ts';
import { type DeltaRow, readDeltas, readWriterDeltas } from './read-deltas.ts';
import { type OutcomeRow, recordOutcomes } from './record-outcomes.ts';
import { replayInvocation } from './replay-invocation.ts';

/** What each statement that records says in its delta. */

let trail: TestTrail;
let writer: string;
let number = 0;
let webhookId: string;

beforeAll(async () => {
  trail = await createTestTrail();
});
afterAll(() => trail.drop());
beforeEach(async () => {
  writer = newId(Date.now());
  number = 0;
  webhookId = await storeWebhook(trail);
});

const mark = () => ({ lane: 5, writer, number: ++number, low: number, madeAtMs: Date.now() });

async function deltas(): Promise<DeltaRow[]> {
  return trail.database.run(readWriterDeltas, { writer, first: 1, last: 1_000 });
}

/** Stores an invocation and leases it. */
async function leased(values: { count?: number } = {}) {
  const ids = await storeInvocations(trail, { webhookId, ...values });
  const leasedUntilMs = Date.now() + 30_000;
  await trail.sql(
    `update invocation set leased = true, due_at = to_timestamp($1::float8 / 1000) where webhook_id = (
      select id from webhook order by id desc limit 1)`,
    [leasedUntilMs],
  );
  return ids.map((invocationId) => ({
    lane: laneOf(webhookId),
    webhookId,
    invocationId,
    leasedUntilMs,
  }));
}
const record = (outcomes: OutcomeRow[], repeated = false) =>
  trail.database.run(recordOutcomes, { outcomes, repeated, mark: mark() });

/** The parts of the only delta, by invocation. */
async function changes() {
  const [delta] = (await deltas()).slice(-1);
  if (delta === undefined || !('invocation_ids' in delta)) return [];
  return (delta.invocation_ids ?? []).map((id, at) => ({
    kind: delta.kind,
    id,
    webhookId: delta.webhook_ids?.[at],
    status: delta.statuses?.[at],
    error: delta.error_classes?.[at],
    settled: delta.settled?.[at],
  }));
}

describe('recordOutcomes', () => {
  it('says of each attempt what is in the trail, and whether it made its invocation final', async () => {
    const [one, other] = await leased({ count: 2 });
    const completedAtMs = Date.now() - 5_000;
    await record([
      outcomeOf(one as never, {
        status: 'success',
        statusCode: 200,
        durationMs: 7,
        completedAtMs,
        retryInMs: null,
      }),
      outcomeOf(other as never, { status: 'failed', statusCode: null, errorClass: 'dns' }),
    ]);
    const [delta] = await deltas();
    expect(delta).toMatchObject({ kind: 'attempted', number: 1, low: 1, writer });
    const { kind, ...columns } = delta as unknown as Record<string, unknown[]>;
    const at = columns['invocation_ids']?.indexOf(one?.invocationId) as number;
    expect(columns['statuses']?.[at]).toBe('success');
    expect(columns['status_codes']?.[at]).toBe(200);
    expect(columns['durations_ms']?.[at]).toBe(7);
    expect(columns['completed_at']?.[at]).toEqual(new Date(completedAtMs));
    expect(columns['numbers']?.[at]).toBe(1);
    expect(columns['settled']?.[at]).toBe(true);
    expect(columns['error_classes']?.[at]).toBeNull();
    expect(columns['statuses']?.[1 - at]).toBe('failed');
    expect(columns['error_classes']?.[1 - at]).toBe('dns');
    expect(columns['settled']?.[1 - at]).toBe(false);
  });

  it.each([
    ['the last retry', { retryInMs: null }, true],
    ['a retry', { retryInMs: 5 }, false],
    ['a success', { status: 'success', retryInMs: null }, true],
  ] as const)('knows what is final: %s', async (_what, values, settled) => {
    const [one] = await leased();
    await record([outcomeOf(one as never, values)]);
    expect(await changes()).toMatchObject([{ kind: 'attempted', settled }]);
  });

  it('says of a late outcome whether it was the one that settled', async () => {
    const [one] = await leased();
    const lost = { ...(one as object), leasedUntilMs: 5 } as never;
    await record([outcomeOf(lost, { retryInMs: null })]);
    expect(await changes()).toMatchObject([{ settled: false }]);
    await record([outcomeOf(lost, { status: 'success', retryInMs: null })]);
    expect(await changes()).toMatchObject([{ settled: true }]);
    // It is final already.
    for (const status of ['success', 'failed'] as const) {
      await record([outcomeOf(lost, { status, retryInMs: null })]);
      expect(await changes()).toMatchObject([{ settled: false }]);
    }
  });

  it('says nothing twice when it is repeated', async () => {
    const [one] = await leased();
    const outcome = outcomeOf(one as never);
    await record([outcome]);
    await record([outcome], true);
    expect(await deltas()).toMatchObject([{ number: 1 }, { number: 2, invocation_ids: null }]);
  });
});

const replay = (id: string) =>
  trail.database.run(replayInvocation, {
    accountId: 1,
    version: 0,
    lane: laneOf(webhookId),
    webhookId,
    id,
    entry: '{}',
    leased: true,
    leaseMs: 30_000,
    mark: mark(),
  });

describe('replayInvocation', () => {
  it('says that an invocation is final no more, and the failed replay that it is again', async () => {
    const [one] = await leased();
    const id = one?.invocationId as string;
    const failed = { status: 'failed', errorClass: 'dns', retryInMs: null } as const;
    await record([outcomeOf(one as never, failed)]);
    const [row] = await replay(id);
    expect(await changes()).toEqual([
      { kind: 'replayed', id, webhookId, status: 'failed', error: 'dns', settled: true },
    ]);
    const leasedUntilMs = row?.due_at.getTime() as number;
    const again = { ...(one as object), leasedUntilMs } as never;
    await record([outcomeOf(again, { status: 'timeout', manual: true, resumes: true })]);
    expect(await changes()).toMatchObject([{ status: 'timeout', settled: true }]);
  });

  it('says that it still waited, also where it waits for a replay already', async () => {
    const [id] = (await storeInvocations(trail, { webhookId })) as [string];
    await replay(id);
    expect(await changes()).toMatchObject([{ kind: 'replayed', settled: false }]);
    await trail.sql(`update invocation set leased = false where webhook_id = (
      select id from webhook order by id desc limit 1)`);
    await replay(id);
    expect(await changes()).toMatchObject([{ kind: 'replayed', settled: false }]);
  });
});

describe('what ends without an attempt', () => {
  it('is in the delta of endInvocations', async () => {
    const [one] = await leased();
    const end = { reason: 'r', reasonCode: 'expired', entry: '{}' } as const;
    await trail.database.run(endInvocations, { leases: [one as never], ...end, mark: mark() });
    const ended = { kind: 'ended', status: 'failed', error: null, settled: true };
    expect(await changes()).toMatchObject([{ ...ended, id: one?.invocationId, webhookId }]);
    await trail.database.run(endInvocations, { leases: [one as never], ...end, mark: mark() });
    expect(await deltas()).toHaveLength(1);
  });

  it('is in the delta of endOrphans', async () => {
    const ids = await storeInvocations(trail, { webhookId, count: 3 });
    await trail.sql('delete from webhook');
    const params = { lane: laneOf(webhookId), webhookId, limit: 9, entry: '{}' };
    const ended = await trail.database.run(endOrphans, { ...params, mark: mark() });
    expect(ended).toHaveLength(3);
    expect((await changes()).map(({ id }) => id).sort()).toEqual([...ids].sort());
    expect((await changes())[0]).toMatchObject({ status: 'failed', settled: true, webhookId });
  });

  it.each([true, false])(
    'is in the delta of parkInvocations, and so is what waits: ends %s',
    async (ends) => {
      const ids = await storeInvocations(trail, { webhookId, count: 3 });
      const parked = await trail.database.run(parkInvocations, {
        lane: laneOf(webhookId),
        webhookId,
        status: 'circuit broken',
        ends,
        entry: '{}',
        reason: '',
        reasonCode: 'breaker',
        fromUs: 0,
        limit: 9,
        mark: mark(),
      });
      expect(parked.map((row) => row.ends)).toEqual([ends, ends, ends]);
      const found = await changes();
      expect(found.map(({ id }) => id).sort()).toEqual([...ids].sort());
      expect(found[0]).toMatchObject({ kind: 'parked', status: 'circuit broken', settled: ends });
    },
  );
});

describe('insertEvents', () => {
  it('says which events were accepted, with their invocations, and which were not written', async () => {
    const events = ['one', 'two', 'three'].map((ownId, at) => ({
      id: newId(Date.now()),
      accountId: at === 2 ? 999_999 : 1,
      type: 'a.b',
      body: '{}',
      ownId,
      invocationsFrom: newId(Date.now()),
      invocationsCount: 1,
    }));
    const invocations = events.map(({ id, invocationsFrom }) => ({
      id: invocationsFrom,
      lane: laneOf(webhookId),
      webhookId,
      eventId: id,
      eventType: 'a.b',
      leased: false,
    }));
    const versions = [
      { accountId: 1, version: 0 },
      { accountId: 999_999, version: 8 },
    ];
    const keys = events.slice(0, 2).map(({ id }) => ({
      lane: 1,
      accountId: 1,
      key: `key ${webhookId}`,
      fingerprint: Buffer.from([1]),
      answer: '{}',
      eventId: id,
    }));
    const [key, other] = keys as [(typeof keys)[0], (typeof keys)[0]];
    const params = { versions, events, invocations, leaseMs: 1 };
    await trail.database.run(insertEvents, { ...params, mark: mark() });
    const ids = events.map(({ id }) => id);
    expect(await deltas()).toMatchObject([
      {
        kind: 'accepted',
        event_ids: ids,
        account_ids: [1, 1, 999_999],
        first_invocation_ids: events.map(({ invocationsFrom }) => invocationsFrom),
        invocation_counts: [1, 1, 1],
        webhook_ids: [webhookId, webhookId, webhookId],
        omitted_event_ids: [ids[2]],
      },
    ]);
    const again = { ...params, events: [], invocations: [] };
    await trail.database.run(insertKeyedEvents, { ...again, keys: [key], mark: mark() });
    const renamed = [{ ...(events[1] as (typeof events)[0]), id: other.eventId }];
    await trail.sql('delete from event where id = $1', [uuidFromId(other.eventId)]);
    await trail.database.run(insertKeyedEvents, {
      ...params,
      events: renamed,
      invocations: [],
      keys: [other],
      mark: mark(),
    });
    expect((await deltas()).at(-1)).toMatchObject({ omitted_event_ids: [other.eventId] });
  });
});

describe('readDeltas', () => {
  it('reads the numbers that it is asked for, and the first of writers that are new', async () => {
    const params = { versions: [], events: [], invocations: [], leaseMs: 1 };
    const known = writer;
    for (let count = 0; count < 4; count++) {
      await trail.database.run(insertEvents, { ...params, mark: mark() });
    }
    number = 0;
    writer = newId(Date.now());
    for (const id of [known, writer]) await trail.database.run(insertWriter, id);
    for (let count = 0; count < 4; count++) {
      await trail.database.run(insertEvents, { ...params, mark: mark() });
    }
    const read = async (ranges: { writer: string; first: number; last: number }[]) => {
      const found = await trail.database.run(readDeltas, {
        ranges,
        newSinceMs: Date.now() - DAY_MS,
        most: 3,
      });
      return found.map((row) => `${row.writer === known ? 'known' : 'new'} ${row.number}`).sort();
    };
    expect(await read([{ writer: known, first: 3, last: 9 }])).toEqual([
      'known 3',
      'known 4',
      'new 1',
      'new 2',
      'new 3',
    ]);
    const both = [known, writer].map((one) => ({ writer: one, first: 2, last: 2 }));
    expect(await read(both)).toEqual(['known 2', 'new 2']);
  });
});
