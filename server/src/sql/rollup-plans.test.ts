import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId, uuidFromId } from '../model/ids.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../model/time-units.ts';
import { explain, type Scan } from '../testing/explain.ts';
import { createTestTrail, type TestTrail } from '../testing/test-trail.ts';
import { foldDeltas } from './fold-deltas.ts';
import { readDeltas } from './read-deltas.ts';
import { readHours, readMinutes } from './read-rollups.ts';
import { readUnfolded } from './read-unfolded.ts';

/** What the statements on deltas and rollups read, whatever else there is. */

const LANE = 3;
const hourMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - HOUR_MS;
const webhooks = Array.from({ length: 30 }, () => newId(Date.now()));
const writers = Array.from({ length: 4 }, () => newId(Date.now()));

let trail: TestTrail;
beforeAll(async () => {
  trail = await createTestTrail();
  await trail.sql(
    `insert into rollup_minute
    select $1::timestamptz + m * interval '1 minute', 1, 1, 1, 0, 'success', $2, w, gen_random_uuid(), '',
      '{1}', '{1}'
    from unnest($3::uuid[]) w, generate_series(0, 59) m`,
    [new Date(hourMs), LANE, webhooks.map(uuidFromId)],
  );
  await trail.sql(
    `insert into rollup_hour
    select $1::timestamptz - h * interval '1 hour', 1, 1, 1, 0, 'success', $2, w, '', '{1}', '{1}'
    from unnest($3::uuid[]) w, generate_series(0, 99) h`,
    [new Date(hourMs), LANE, webhooks.map(uuidFromId)],
  );
  await trail.sql(`insert into rollup_due values ($1, $2, 'hour'), ($1, $2, 'day')`, [
    new Date(hourMs),
    LANE,
  ]);
  const ids = writers.map(uuidFromId);
  await trail.sql('insert into writer (id, next_number) select w, 499 from unnest($1::uuid[]) w', [
    ids,
  ]);
  await trail.sql(
    `insert into delta (lane, writer, number, low, made_at, kind)
    select n % 64, w, n, n, now(), 'void' from unnest($1::uuid[]) w, generate_series(1, 500) n`,
    [ids],
  );
});
afterAll(() => trail.drop());

const rowsOf = (scans: readonly Scan[], table: RegExp) =>
  scans.filter(({ relation }) => table.test(relation)).reduce((sum, { rows }) => sum + rows, 0);

describe.each([
  ['without statistics', 'select 1'],
  ['with statistics', 'analyze'],
])('%s', (_when, prepare) => {
  beforeAll(async () => {
    await trail.sql(prepare);
  });

  const counted = (count: number) => webhooks.slice(0, count).map((id) => ({ lane: LANE, id }));
  const reading = (fromMs: number, toMs: number, count: number) => ({
    counted: counted(count),
    accountId: 1,
    from: new Date(fromMs),
    to: new Date(toMs),
    by: { counted: true, at: true, status: true, error: true },
    statuses: null,
    errors: null,
    unfolded: 10,
  });

  it('read-rollups-by-minute reads the minutes of its webhooks, and what is not folded', async () => {
    const params = reading(hourMs, hourMs + 5 * MINUTE_MS, 3);
    const scans = await explain(trail.database, readMinutes, params);
    expect(rowsOf(scans, /^rollup_minute/)).toBe(3 * 5);
    expect(rowsOf(scans, /^delta/)).toBe(4 * 2);
  });

  it('read-rollups-by-hour reads hours that are made, and the minutes of one that is due', async () => {
    const params = reading(hourMs - 9 * HOUR_MS, hourMs + HOUR_MS, 3);
    const scans = await explain(trail.database, readHours, params);
    expect(rowsOf(scans, /^rollup_hour/)).toBe(3 * 10);
    expect(rowsOf(scans, /^rollup_minute/)).toBe(3 * 60);
  });

  it('read-deltas reads the numbers that it is asked for', async () => {
    const ranges = writers.map((writer, at) => ({ writer, first: 10 * at, last: 10 * at + 4 }));
    const params = { ranges, newSinceMs: Date.now() - DAY_MS, most: 100 };
    const scans = await explain(trail.database, readDeltas, params);
    expect(rowsOf(scans, /^delta/)).toBeLessThanOrEqual(4 * 5);
    for (const { index } of scans.filter(({ relation }) => relation.startsWith('delta'))) {
      expect(index).toMatch(/_pkey$/);
    }
  });

  it('read-unfolded and fold-deltas read what they are about', async () => {
    const unfolded = await explain(trail.database, readUnfolded, { beyond: 0 });
    expect(rowsOf(unfolded, /^delta/)).toBe(4);
    const params = { writer: writers[1] as string, numbers: [7, 8, 9], fold: newId(Date.now()) };
    expect(rowsOf(await explain(trail.database, foldDeltas, params), /^delta/)).toBe(3);
  });
});
