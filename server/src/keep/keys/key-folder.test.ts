import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { keyBatches } from '../../accept/key-batches.ts';
import { firstIdAt } from '../../model/ids.ts';
import { KEY_HASH_BITS } from '../../model/key-hash.ts';
import { laneOfAccount } from '../../model/lane-of-account.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../model/time-units.ts';
import { findKeyedEvents } from '../../sql/find-keyed-events.ts';
import { foldKeys } from '../../sql/fold-keys.ts';
import { insertEvents } from '../../sql/insert-events.ts';
import { nodesOf } from '../../sql/parts/key-nodes.ts';
import { explain } from '../../testing/explain.ts';
import { idsByHash, keyFolder, storeKeys } from '../../testing/key-index.ts';
import { createTestTrail, idAt, type TestTrail } from '../../testing/test-trail.ts';
import { keepPartitions } from '../partitions.ts';

const LANE = laneOfAccount(1);
const NOW_MS = Date.now();
const TODAY_MS = NOW_MS - (NOW_MS % DAY_MS);

let trail: TestTrail;
beforeAll(async () => {
  trail = await createTestTrail({ days: 6 });
});
afterAll(() => trail.drop());
beforeEach(() => trail.sql('truncate key_batch, key_block'));

const randomHash = () => Math.floor(Math.random() * 2 ** KEY_HASH_BITS);
/** A time within the last hour, and of today: rows of two days are two. */
const recently = () => Math.max(TODAY_MS, NOW_MS - Math.random() * HOUR_MS);

const entry = (hash: number, atMs = recently(), accountId = 1) => ({
  accountId,
  eventId: idAt(atMs),
  hashes: [hash],
});
const count = async (table: string) =>
  Number((await trail.sql<{ n: string }>(`select count(*) as n from ${table}`))[0]?.n);

/** The entries that are stored, as often as they are. */
const stored = async (): Promise<string[]> =>
  (
    await trail.sql<{ entry: string }>(
      `select u.hash || ' ' || u.event as entry
      from
        (select hashes, events from key_batch union all select hashes, events from key_block) as b
        cross join lateral unnest(b.hashes, b.events) as u (hash, event)
      order by 1`,
    )
  ).map((row) => row.entry);

describe('what events are found by', () => {
  it('is found exactly, before and after it is sorted, whatever many events have', async () => {
    const rare = Array.from({ length: 400 }, randomHash);
    const [common, frequent] = [randomHash(), randomHash()];
    const expected = new Map<number, string[]>();
    const folder = keyFolder(trail.database);
    for (let round = 0; round < 30; round++) {
      const events = Array.from({ length: 500 }, (_, index) => {
        const atMs = NOW_MS - 2 * DAY_MS + (round + Math.random()) * 0.8 * HOUR_MS;
        const one = entry(rare[(round * 31 + index) % rare.length] as number, atMs);
        const hashes = [...one.hashes, common, ...(index % 9 === 0 ? [frequent] : [])];
        for (const hash of hashes) expected.set(hash, [...(expected.get(hash) ?? []), one.eventId]);
        return { ...one, hashes };
      });
      await storeKeys(trail.database, events);
      if (round % 2 === 1) await folder.sort(LANE);
      if (round % 10 === 9) {
        for (const hash of [common, frequent, ...rare.slice(0, 20), randomHash()]) {
          const ids = (expected.get(hash) ?? []).sort().reverse();
          expect(await idsByHash(trail.database, hash, { limit: 1_000 })).toEqual(ids);
        }
      }
    }
  }, 60_000);

  it('is written once if it is a value of many events: full rows of the last level', async () => {
    // Of its own: PostgreSQL tells seconds later what tests before have deleted.
    const own = await createTestTrail({ days: 6 });
    onTestFinished(() => own.drop());
    const folder = keyFolder(own.database);
    const [common, frequent] = [randomHash(), randomHash()];
    for (let round = 0; round < 40; round++) {
      await storeKeys(
        own.database,
        Array.from({ length: 1_000 }, (_, index) => entry(index % 4 === 0 ? frequent : common)),
      );
      await folder.sort(LANE);
    }
    await storeKeys(own.database, [entry(randomHash())]);
    await folder.sort(LANE);
    const rows = await own.sql<{ node: number; entries: number }>(
      `select node, (sum(cardinality(hashes)) / count(*))::float8 as entries from key_block
      group by node order by 2`,
    );
    const last = (hash: number) => nodesOf(hash).at(-1);
    expect(
      rows
        .map(({ node }) => node)
        .slice(1)
        .sort(),
    ).toEqual([common, frequent].map(last).sort());
    expect(rows[0]?.node).toBeLessThan(128);
    for (const { entries } of rows.slice(1)) expect(entries).toBeGreaterThan(60);
    // Nothing was moved again.
    const [{ deleted } = { deleted: -1 }] = await own.sql<{ deleted: number }>(
      `select (sum(pg_stat_get_xact_tuples_deleted(inhrelid)) + sum(pg_stat_get_tuples_deleted(inhrelid)))::integer
        as deleted
      from pg_inherits where inhparent = 'key_block'::regclass`,
    );
    expect(deleted).toBe(0);
    expect(await idsByHash(own.database, frequent, { limit: 100_000 })).toHaveLength(10_000);
  }, 60_000);

  it('reads few rows for a value that few events have, however many events there are', async () => {
    const folder = keyFolder(trail.database);
    const wanted = entry(randomHash());
    await storeKeys(trail.database, [wanted]);
    for (let round = 0; round < 100; round++) {
      await storeKeys(
        trail.database,
        Array.from({ length: 1_000 }, () => entry(randomHash())),
      );
      await folder.sort(LANE);
    }
    const [index] = await trail.sql<{
      rows: number;
      levels: number;
      most: number;
      entries: number;
    }>(
      `select
        max(rows)::integer as rows, count(distinct floor(log(2, node) / 6))::integer as levels,
        max(most) as most, (sum(entries) / sum(rows))::float8 as entries
      from (
        select
          node, count(*) as rows, max(cardinality(hashes)) as most, sum(cardinality(hashes)) as entries
        from key_block
        group by node
      ) as n`,
    );
    expect(index?.rows).toBeLessThan(64);
    expect(index?.levels).toBe(2);
    expect(index?.most).toBe(64);
    expect(index?.entries).toBeGreaterThan(12);
    expect(await idsByHash(trail.database, wanted.hashes[0] as number)).toEqual([wanted.eventId]);
    for (const prepare of ['select 1', 'analyze']) {
      await trail.sql(prepare);
      const scans = await explain(trail.database, findKeyedEvents, {
        lane: LANE,
        hashes: wanted.hashes,
        nodes: nodesOf(wanted.hashes[0] as number),
        from: firstIdAt(0),
        before: firstIdAt(NOW_MS + DAY_MS),
        most: 256,
        matched: 16,
        limit: 100,
      });
      for (const { condition, index, relation } of scans) {
        expect(index, JSON.stringify(scans)).toMatch(/^key_(batch|block_\d{8})_pkey$/);
        expect(condition).toMatch(relation === 'key_batch' ? /lane = / : /lane = .*\(node = /);
      }
      expect(scans.reduce((sum, { rows }) => sum + rows, 0)).toBeLessThan(2 * 64);
    }
  }, 60_000);

  it('is that of its own account', async () => {
    const hash = randomHash();
    const [ours, theirs] = [entry(hash), entry(hash, NOW_MS, 2)];
    await storeKeys(trail.database, [ours, theirs]);
    for (const _when of ['unsorted', 'sorted']) {
      expect(await idsByHash(trail.database, hash)).toEqual([ours.eventId]);
      expect(await idsByHash(trail.database, hash, { accountId: 2 })).toEqual([theirs.eventId]);
      const folder = keyFolder(trail.database);
      await folder.sort(LANE);
      await folder.sort(laneOfAccount(2));
    }
  });

  it('is found as soon as a late transaction commits, and never after a rollback', async () => {
    const hash = randomHash();
    const [late, rolledBack] = [entry(hash, NOW_MS - DAY_MS), entry(hash)];
    const folder = keyFolder(trail.database);
    const open = await Promise.all([late, rolledBack].map((one) => begin(one)));
    const foreign = await connect();
    await foreign.query('begin isolation level repeatable read; select count(*) from key_batch');
    for (let round = 0; round < 3; round++) {
      await storeKeys(
        trail.database,
        Array.from({ length: 100 }, () => entry(randomHash())),
      );
      await folder.sort(LANE);
    }
    // The late one is in nobody's way: all the others are sorted.
    expect(await count('key_batch')).toBe(0);
    expect(await idsByHash(trail.database, hash)).toEqual([]);
    await open[0]?.query('commit');
    await open[1]?.query('rollback');
    expect(await idsByHash(trail.database, hash)).toEqual([late.eventId]);
    await folder.sort(LANE);
    expect(await count('key_batch')).toBe(0);
    expect(await idsByHash(trail.database, hash)).toEqual([late.eventId]);
    await foreign.query('commit');
    for (const client of [...open, foreign]) await client?.end();
  });

  it('is neither lost nor doubled when the connection that sorts it is killed', async () => {
    const events = Array.from({ length: 300 }, () => entry(randomHash()));
    await storeKeys(trail.database, events);
    const before = await stored();
    const client = await connect();
    const [{ pid }] = (await client.query('select pg_backend_pid() as pid')).rows as [
      { pid: number },
    ];
    await client.query('begin');
    const params = { lane: LANE, after: idAt(0), days: [idAt(0)], oldest: idAt(0), limit: 1_000 };
    const { rows } = await client.query(foldKeys.text, foldKeys.values(params));
    expect(rows[0].entries).toBe(300);
    // It may hear of its end twice: by a message, and by the closed socket.
    const gone = new Promise((resolve) => client.on('error', resolve));
    await trail.sql('select pg_terminate_backend($1)', [pid]);
    await gone;
    await client.end().catch(() => undefined);
    // Until PostgreSQL has ended it, it holds its rows, and others skip them.
    const backends = 'select from pg_stat_activity where pid = $1';
    await expect.poll(async () => (await trail.sql(backends, [pid])).length).toBe(0);
    expect(await stored()).toEqual(before);
    await keyFolder(trail.database).sort(LANE);
    expect(await count('key_batch')).toBe(0);
    expect(await stored()).toEqual(before);
  });

  it('is sorted at the same cost while a transaction that stays open keeps what was deleted', async () => {
    const foreign = await connect();
    await foreign.query('begin isolation level repeatable read; select count(*) from key_batch');
    onTestFinished(() => foreign.end());
    const publish = async (rows: number, fromMs: number) => {
      for (let row = 0; row < rows; row++)
        await storeKeys(trail.database, [entry(randomHash(), fromMs + row)]);
    };
    await publish(3_000, NOW_MS - MINUTE_MS);
    await keyFolder(trail.database).sort(LANE);
    await publish(100, NOW_MS);
    const client = await connect();
    onTestFinished(() => client.end());
    await client.query('begin');
    const params = {
      lane: LANE,
      after: firstIdAt(NOW_MS),
      days: [firstIdAt(TODAY_MS), firstIdAt(TODAY_MS + DAY_MS)],
      oldest: firstIdAt(0),
      limit: 1_000,
    };
    const { rows } = await client.query(foldKeys.text, foldKeys.values(params));
    expect(rows[0]).toMatchObject({ taken: 100, entries: 100 });
    const read = await client.query(
      "select pg_stat_get_xact_tuples_returned('key_batch_pkey'::regclass)::integer as n",
    );
    expect(read.rows[0].n).toBeLessThan(300);
  }, 30_000);

  it('is found once by every look-up while several nodes sort and merge it', async () => {
    const hashes = Array.from({ length: 8 }, randomHash);
    const folders = [
      keyFolder(trail.database),
      keyFolder(trail.database),
      keyFolder(trail.database),
    ];
    const committed = new Map<number, Set<string>>(hashes.map((hash) => [hash, new Set()]));
    let done = false;
    let looks = 0;
    let round = 0;
    const publishing = (async () => {
      // As long as it takes to look some times meanwhile.
      for (; round < 80 || looks <= 5; round++) {
        const events = Array.from({ length: 200 }, (_, index) =>
          entry(index % 4 === 0 ? (hashes[(round + index / 4) % 8] as number) : randomHash()),
        );
        await storeKeys(trail.database, events);
        for (const {
          eventId,
          hashes: [hash],
        } of events)
          committed.get(hash as number)?.add(eventId);
      }
      done = true;
    })();
    const sorting = folders.map(async (folder) => {
      while (!done) await folder.sort(LANE);
      await folder.sort(LANE);
    });
    while (!done) {
      const hash = hashes[looks++ % 8] as number;
      const known = [...(committed.get(hash) as Set<string>)];
      const found = await idsByHash(trail.database, hash, { limit: 50 });
      expect(new Set(found).size).toBe(found.length);
      const missing = known.filter((id) => !found.includes(id));
      expect(missing, `look-up ${looks}`).toEqual([]);
    }
    await Promise.all([publishing, ...sorting]);
    expect(await count('key_batch')).toBe(0);
    const all = await stored();
    expect(all).toHaveLength(round * 200);
    expect(new Set(all).size).toBe(all.length);
  });

  it('goes with its day, and what was not sorted by then with it', async () => {
    const hash = randomHash();
    const [old, young] = [entry(hash, NOW_MS - 4 * DAY_MS), entry(hash)];
    await storeKeys(trail.database, [old, young]);
    await keyFolder(trail.database).sort(LANE);
    const unsorted = entry(hash, NOW_MS - 4 * DAY_MS);
    await storeKeys(trail.database, [unsorted]);
    expect(await idsByHash(trail.database, hash)).toHaveLength(3);
    const { dropped } = await keepPartitions(trail.url, {
      nowMs: NOW_MS,
      ahead: 1,
      keepMs: 2 * DAY_MS,
    });
    expect(dropped.some((name) => name.startsWith('key_block_'))).toBe(true);
    const folder = keyFolder(trail.database, 2 * DAY_MS);
    await folder.sort(LANE);
    expect(await count('key_batch')).toBe(0);
    expect(await idsByHash(trail.database, hash)).toEqual([young.eventId]);
  });
});

describe('a sweep', () => {
  it('sorts what is old, whichever node wrote it, and leaves what is young', async () => {
    const [old, young] = [
      entry(randomHash(), NOW_MS - HOUR_MS),
      { ...entry(randomHash(), NOW_MS), accountId: 2 },
    ];
    expect(laneOfAccount(2)).not.toBe(LANE);
    await storeKeys(trail.database, [old, young]);
    await keyFolder(trail.database).sweep();
    const left = await trail.sql<{ lane: number }>('select lane from key_batch');
    expect(left.map(({ lane }) => lane)).toEqual([laneOfAccount(2)]);
    expect(await count('key_block')).toBe(1);
  });

  it('begins by itself once a node has written as much as look-ups should read', async () => {
    const folder = keyFolder(trail.database);
    const events = Array.from({ length: 4_200 }, () => entry(randomHash()));
    await storeKeys(trail.database, events);
    for (const { lane, from, to } of keyBatches(events).rows) folder.note(lane, to - from + 1);
    await expect.poll(() => count('key_batch')).toBe(0);
    await folder.stop();
  });

  it('finds what was committed after the node had sorted what is younger', async () => {
    const folder = keyFolder(trail.database);
    await storeKeys(trail.database, [entry(randomHash(), NOW_MS)]);
    folder.note(LANE, 4_096);
    await expect.poll(() => count('key_batch')).toBe(0);
    for (const atMs of [NOW_MS - HOUR_MS, Date.now()]) {
      await storeKeys(trail.database, [entry(randomHash(), atMs)]);
    }
    expect(await count('key_batch')).toBe(2);
    folder.note(LANE, 4_096);
    await expect.poll(() => count('key_batch')).toBe(1);
    await folder.sweep();
    expect(await count('key_batch')).toBe(0);
    await folder.stop();
  });
});

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: trail.url });
  await client.connect();
  return client;
}

/** Writes an entry in a transaction that stays open. */
async function begin(one: ReturnType<typeof entry>): Promise<pg.Client> {
  const client = await connect();
  await client.query('begin');
  const nothing = { versions: [], events: [], invocations: [], leaseMs: 0 };
  const values = insertEvents.values({ ...nothing, keyBatches: keyBatches([one]) });
  await client.query(insertEvents.text, values);
  return client;
}
