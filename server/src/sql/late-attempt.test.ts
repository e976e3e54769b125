import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { INDEX_ADDITIONS } from '../database/index-additions.ts';
import { uuidFromId } from '../model/ids.ts';
import { MINUTE_MS } from '../model/time-units.ts';
import { createTestTrail, idAt, type TestTrail } from '../testing/test-trail.ts';
import { LATE_ATTEMPT } from './parts/late-attempt.ts';
import { readLateAttempts } from './read-late-attempts.ts';
import { readLateIndex } from './read-late-index.ts';
import { readSpanAttempts } from './read-span-attempts.ts';

let trail: TestTrail;
beforeAll(async () => {
  trail = await createTestTrail();
});
afterAll(() => trail.drop());

const NOW_MS = Date.now();

/** Stores an attempt that is recorded some time after its invocation was created. */
async function store(createdMs: number, afterMs: number): Promise<string> {
  const id = idAt(createdMs);
  await trail.sql(
    `insert into attempt (
      lane, invocation_id, number, id, status, duration_ms, request_headers, recorded_at
    ) values (5, $1, 1, $1, 'success', 1, '[]', $2)`,
    [uuidFromId(id), new Date(createdMs + afterMs)],
  );
  return id;
}

const indexed = async () =>
  Number(
    (
      await trail.sql<{ count: string }>(
        `select sum(pg_relation_size(indexrelid)) as count from pg_index
        join pg_inherits on inhrelid = indexrelid
        where inhparent = 'attempt_late'::regclass`,
      )
    )[0]?.count,
  );

describe('the index of late attempts', () => {
  it('has the condition of the statements, in every day', async () => {
    const addition = INDEX_ADDITIONS.find(({ name }) => name === 'attempt_late');
    expect(addition?.where).toBe(LATE_ATTEMPT);
    expect(await trail.database.run(readLateIndex, undefined)).toEqual([{ ready: true }]);
  });

  it('has an entry for each late attempt, and none for early ones', async () => {
    const before = await indexed();
    const createdMs = NOW_MS - 60 * MINUTE_MS;
    const early = [
      await store(createdMs, 0),
      await store(createdMs, 5 * MINUTE_MS),
      await store(createdMs, -1_000), // clocks
    ];
    expect(await indexed()).toBe(before);
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
