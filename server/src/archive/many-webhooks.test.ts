import { afterEach, expect, it } from 'vitest';
import { newId } from '../model/ids.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../model/time-units.ts';
import { archivedRows } from '../testing/archive/archived-rows.ts';
import { listedRows } from '../testing/archive/listed-rows.ts';
import { startTestSource, type TestSource } from '../testing/test-source.ts';

let source: TestSource | undefined;
afterEach(async () => {
  await source?.stop();
  source = undefined;
});

/** Webhooks, each with so many rows in its log. */
const start = async (logs: readonly number[]) => {
  source = await startTestSource();
  const { clock, double } = source;
  double.rate.limit = 100;
  const ids = logs.map((rows) => {
    const { id } = double.account.create();
    double.account.addRows(
      id,
      Array.from({ length: rows }, (_, index) => ({
        id: newId(clock.nowMs() - index * SECOND_MS),
        status: 'success',
        completedAtMs: clock.nowMs() - HOUR_MS - index * SECOND_MS,
      })),
    );
    return id;
  });
  return { ...source, ids };
};

const ACT = { operation: 'pollSource', by: undefined } as const;

/** Webhooks whose log was read to its end. */
const read = async ({ trail }: TestSource) => {
  const rows = await trail.sql(
    'select remote_id from archive_webhook where watermark_at is not null',
  );
  return rows.map((row) => row['remote_id']).sort();
};

it('logs of several pages are read to their ends where a round over all webhooks takes 20 minutes', async () => {
  const test = await start(Array.from({ length: 40 }, () => 250));
  const { clock, ids } = test;
  // Two requests a minute.
  await test.add({ budgetShare: 2 });
  // 120 pages take an hour, the lists of webhooks and walks that went stale the rest.
  await test.runUntil(clock.nowMs() + 2 * HOUR_MS);
  expect(await read(test)).toEqual([...ids].sort());
  for (const id of ids) expect(await archivedRows(test, id)).toEqual(listedRows(test, id));
}, 60_000);

it('a log of many pages keeps no other webhook from being polled', async () => {
  const test = await start([3_000]);
  const { clock, double, ids, store, trail } = test;
  const sourceId = await test.add({ budgetShare: 2 });
  await test.runUntil(clock.nowMs() + 2 * MINUTE_MS);
  const others = Array.from({ length: 5 }, () => double.account.create().id);
  await store.poll(1, sourceId, ACT);
  // A list of webhooks and eleven polls; the log of 30 pages takes longer.
  await test.runUntil(clock.nowMs() + 6 * MINUTE_MS);
  expect(await read(test)).toEqual(others.sort());
  const [long] = await trail.sql(
    'select rows_count from archive_webhook where remote_id = $1',
    ids,
  );
  expect(Number(long?.['rows_count'])).toBeGreaterThanOrEqual(700);
}, 60_000);
