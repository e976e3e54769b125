import { eventually } from '@hooktrail/harness/eventually';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { INDEX_ADDITIONS } from '../database/index-additions.ts';
import { newId, uuidFromId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import { MINUTE_MS } from '../model/time-units.ts';
import {
  createTestTrail,
  idAt,
  outcomeOf,
  storeInvocations,
  type TestTrail,
} from '../testing/test-trail.ts';
import { claimInvocations } from './claim-invocations.ts';
import { NOT_EARLY } from './parts/late-attempt.ts';
import { readLateAttempts } from './read-late-attempts.ts';
import { readLateIndex } from './read-late-index.ts';
import { readSpanAttempts } from './read-span-attempts.ts';
import { recordOutcomes } from './record-outcomes.ts';

let trail: TestTrail;
beforeAll(async () => {
  trail = await createTestTrail();
});
afterAll(() => trail.drop());

const NOW_MS = Date.now();

/** Stores an attempt that is recorded some time after its invocation was created. */
async function store(createdMs: number, afterMs: number, early?: true): Promise<string> {
  const id = idAt(createdMs);
  await trail.sql(
    `insert into attempt (
      lane, invocation_id, number, id, status, duration_ms, request_headers, recorded_at, early
    ) values (5, $1, 1, $1, 'success', 1, '[]', $2, $3)`,
    [uuidFromId(id), new Date(createdMs + afterMs), early ?? null],
  );
  return id;
}

const indexed = async () =>
  Number(
    (
      await trail.sql<{ count: string }>(
        `select sum(pg_relation_size(indexrelid)) as count from pg_index
        join pg_inherits on inhrelid = indexrelid
        where inhparent = 'attempt_not_early'::regclass`,
      )
    )[0]?.count,
  );

describe('the index of late attempts', () => {
  it('has the condition of the statements, in every day', async () => {
    const addition = INDEX_ADDITIONS.find(({ name }) => name === 'attempt_not_early');
    expect(addition?.where).toBe(NOT_EARLY);
    expect(await trail.database.run(readLateIndex, undefined)).toEqual([{ ready: true }]);
  });

  it('is spared the attempts that recording sees to be early, and no others', async () => {
    await trail.sql('truncate attempt');
    const recordAt = async (createdMs: number) => {
      const webhookId = newId(createdMs);
      await storeInvocations(trail, { webhookId, count: 20, atMs: createdMs });
      const rows = await trail.database.run(claimInvocations, {
        lane: laneOf(webhookId),
        wanted: [{ webhookId, room: 20 }],
        leaseMs: 30_000,
      });
      const outcomes = rows.map((row) =>
        outcomeOf({
          lane: laneOf(webhookId),
          webhookId,
          invocationId: row.id,
          leasedUntilMs: row.due_at.getTime(),
        }),
      );
      await trail.database.run(recordOutcomes, { outcomes, repeated: false });
      return outcomes.map(({ invocationId }) => uuidFromId(invocationId));
    };
    const marks = async (ids: readonly string[]) =>
      (
        await trail.sql<{ early: boolean | null }>(
          'select distinct early from attempt where invocation_id = any ($1)',
          [ids],
        )
      ).map(({ early }) => early);
    const empty = await indexed();
    const nowMs = Date.now();
    expect(await marks(await recordAt(nowMs))).toEqual([true]);
    expect(await marks(await recordAt(nowMs - 4 * MINUTE_MS))).toEqual([true]);
    expect(await indexed()).toBe(empty);
    // In the last second the times decide, when it is read.
    expect(await marks(await recordAt(nowMs - 5 * MINUTE_MS + 1_000))).toEqual([null]);
    expect(await marks(await recordAt(nowMs - 5 * MINUTE_MS))).toEqual([null]);
    expect(await marks(await recordAt(nowMs - 23 * 60 * MINUTE_MS))).toEqual([null]);
    expect(await indexed()).toBeGreaterThan(empty);
    await trail.sql('truncate attempt');
  });

  it('goes by the time after recording has waited for its tables', async () => {
    const webhookId = newId(NOW_MS);
    const lane = laneOf(webhookId);
    await storeInvocations(trail, { webhookId, count: 1, atMs: Date.now() });
    const wanted = [{ webhookId, room: 1 }];
    const [row] = await trail.database.run(claimInvocations, { lane, wanted, leaseMs: 30_000 });
    const { due_at: dueAt, id: invocationId } = row as { due_at: Date; id: string };
    const leasedUntilMs = dueAt.getTime();
    const outcomes = [outcomeOf({ lane, webhookId, invocationId, leasedUntilMs })];
    const blocker = new pg.Client({ connectionString: trail.url });
    await blocker.connect();
    await blocker.query('begin; lock table attempt in access exclusive mode');
    const recording = trail.database.run(recordOutcomes, { outcomes, repeated: false });
    await eventually('recording to wait', async () => {
      const { rows } = await blocker.query(`select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`);
      return rows.length > 0;
    });
    const { rows } = await blocker.query('select clock_timestamp() as waited');
    await blocker.query('rollback');
    await blocker.end();
    await recording;
    const [recorded] = await trail.sql<{ recorded_at: Date }>(
      'select recorded_at from attempt where invocation_id = $1',
      [uuidFromId(invocationId)],
    );
    expect(recorded?.recorded_at.getTime()).toBeGreaterThanOrEqual(rows[0].waited.getTime());
    await trail.sql('truncate attempt');
  });

  it('has an entry for each late attempt, and none for early ones', async () => {
    const createdMs = NOW_MS - 60 * MINUTE_MS;
    const before = await indexed();
    const marked = [await store(createdMs, 0, true), await store(createdMs, MINUTE_MS, true)];
    expect(await indexed()).toBe(before);
    // As a node of the version before stores them.
    const early = [
      ...marked,
      await store(createdMs, 0),
      await store(createdMs, 5 * MINUTE_MS),
      await store(createdMs, -1_000), // clocks
    ];
    const late = [
      await store(createdMs, 5 * MINUTE_MS + 1),
      await store(createdMs, 59 * MINUTE_MS),
    ];
    expect(await indexed()).toBeGreaterThan(before);

    const ids = (rows: readonly { readonly invocation_id: string }[]) =>
      rows.map((row) => row.invocation_id).sort();
    const recorded = await trail.database.run(readLateAttempts, {
      fromMs: createdMs,
      untilMs: NOW_MS,
      limit: 10,
    });
    expect(ids(recorded)).toEqual([...late].sort());
    const created = await trail.database.run(readSpanAttempts, {
      fromId: idAt(createdMs - 1),
      untilId: idAt(createdMs + 1),
      limit: 10,
    });
    expect(ids(created)).toEqual([...early].sort());
  });
});
