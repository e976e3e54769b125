import { eventually } from '@hooktrail/harness/eventually';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, openDatabase, type Runner } from '../database/database.ts';
import { uuidFromId } from '../model/ids.ts';
import { keyHash, keySeed } from '../model/key-hash.ts';
import { laneOfAccount } from '../model/lane-of-account.ts';
import { laneOf } from '../model/lanes.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../model/time-units.ts';
import { markStaleFilters } from '../sql/mark-stale-filters.ts';
import { idsByHash, keyFolder } from '../testing/key-index.ts';
import { createTestTrail, idAt, type TestTrail } from '../testing/test-trail.ts';
import { addWords } from '../words/add-words.ts';
import { BUCKET_BYTES, blocksWith, hashOf } from '../words/block-filter.ts';
import { FilterKeeper } from './filter-keeper.ts';
import { SettledUntil } from './settled-until.ts';

const log = pino({ level: 'silent' });

let trail: TestTrail;
let databases: Database[] = [];
beforeAll(async () => {
  trail = await createTestTrail({ days: 3 });
  await trail.sql(`insert into account (id, name) values (1, 'one')`);
});
afterAll(() => trail.drop());
beforeEach(() => trail.sql('truncate search_filter, event'));
afterEach(async () => {
  for (const database of databases) await database.close();
  databases = [];
});

function keeper(
  keptMs = HOUR_MS,
  nowMs = Date.now(),
  more: Partial<ConstructorParameters<typeof FilterKeeper>[0]> = {},
): FilterKeeper {
  const database = openDatabase(trail.url, { connections: 1, log });
  databases.push(database);
  return new FilterKeeper({ clock: { now: () => nowMs }, database, keptMs, log, ...more });
}

/** Rounds until one makes filters: the first only see what is running, also in other databases. */
async function makeAll(one: FilterKeeper): Promise<number> {
  return eventually('filters', async () => (await one.round({ rests: false })) || undefined);
}

/** Rounds that make nothing. */
async function makeNothing(one: FilterKeeper): Promise<void> {
  for (let n = 0; n < 3; n++) expect(await one.round({ rests: false })).toBe(0);
}

async function storeEvent(client: Pick<pg.Client, 'query'>, atMs: number, word: string) {
  const id = idAt(atMs);
  await client.query(
    'insert into event (account_id, lane, id, type, body) values (1, $1, $2, $3, $4)',
    [laneOf(id), uuidFromId(id), 'order.paid', JSON.stringify({ word })],
  );
}

interface Stored extends pg.QueryResultRow {
  readonly from_ms: string;
  readonly until_ms: string;
  readonly buckets: number;
  readonly events: number;
  readonly filter: Buffer;
}

const filters = () => trail.sql<Stored>('select * from search_filter order by from_ms');

/** The filters that may have a word of account 1. */
async function filtersWith(word: string): Promise<Stored[]> {
  const keys = new Set<number>();
  addWords(keys, word, 1);
  const [key] = keys as Set<number> & Iterable<number>;
  return (await filters()).filter(({ buckets, filter }) => {
    const bucket = Math.floor((hashOf(key as number) * buckets) / 2 ** 32);
    const bytes = filter.subarray(bucket * BUCKET_BYTES, (bucket + 1) * BUCKET_BYTES);
    return blocksWith(bytes, key as number) !== 0;
  });
}

/** Filters follow each other without a gap. */
async function expectNoGap(): Promise<void> {
  const all = await filters();
  for (let n = 1; n < all.length; n++) expect(all[n]?.from_ms).toBe(all[n - 1]?.until_ms);
}

const plain = { query: (text: string, values: unknown[]) => trail.sql(text, values) };

describe('a round', () => {
  it('makes filters for all that is kept and settled, and the next one has nothing to do', async () => {
    const nowMs = Date.now();
    for (const ago of [9, 30, 70, 200]) {
      await storeEvent(plain as never, nowMs - ago * MINUTE_MS, `word${ago}`);
    }
    const one = keeper(HOUR_MS, nowMs);
    expect(await makeAll(one)).toBeGreaterThan(3);
    await expectNoGap();
    const all = await filters();
    expect(Number(all[0]?.from_ms)).toBeLessThanOrEqual(nowMs - HOUR_MS - DAY_MS);
    expect(Number(all.at(-1)?.until_ms)).toBeGreaterThan(nowMs - 9 * MINUTE_MS);
    expect(Number(all.at(-1)?.until_ms)).toBeLessThan(nowMs - 7 * MINUTE_MS);
    for (const ago of [9, 30, 70, 200]) {
      const [filter, ...more] = await filtersWith(`word${ago}`);
      expect(more).toEqual([]);
      const atMs = nowMs - ago * MINUTE_MS;
      expect(Number(filter?.from_ms)).toBeLessThanOrEqual(atMs);
      expect(Number(filter?.until_ms)).toBeGreaterThan(atMs);
    }
    expect(await one.round({ rests: false })).toBe(0);
  });

  it('makes filters again of whose spans something was erased, and only those', async () => {
    const nowMs = Date.now();
    for (const ago of [20, 40]) {
      await storeEvent(plain as never, nowMs - ago * MINUTE_MS, `gone${ago}`);
      await storeEvent(plain as never, nowMs - ago * MINUTE_MS, `kept${ago}`);
    }
    const one = keeper(HOUR_MS, nowMs);
    await makeAll(one);
    const before = await filters();
    await trail.sql(`update event set body = null, erased_at = now() where body like '%gone20%'`);
    await trail.database.run(markStaleFilters, [nowMs - 20 * MINUTE_MS]);
    expect(await one.round({ rests: false })).toBe(1);
    expect(await filtersWith('gone20')).toEqual([]);
    for (const word of ['kept20', 'gone40', 'kept40']) {
      expect(await filtersWith(word)).toHaveLength(1);
    }
    const spans = (all: readonly Stored[]) =>
      all.map(({ from_ms, until_ms }) => [from_ms, until_ms]);
    expect(spans(await filters())).toEqual(spans(before));
    expect(await one.round({ rests: false })).toBe(0);
  });

  it('makes a filter again that was being made while something in it was erased', async () => {
    const nowMs = Date.now();
    await storeEvent(plain as never, nowMs - 9 * MINUTE_MS, 'gone9');
    await trail.sql(
      `insert into job (id, account_id, kind, state, stage, requested_by, spec, progress)
      values ($1, 1, 'erase', 'running', 'running', 'x', '{}', '{}')`,
      [uuidFromId(idAt(nowMs))],
    );
    const one = keeper(HOUR_MS, nowMs);
    const blocker = new pg.Client({ connectionString: trail.url });
    await blocker.connect();
    await blocker.query(`select pg_advisory_lock(43);
      create function wait_for_43() returns trigger language plpgsql as
        'begin perform pg_advisory_xact_lock(43); return new; end';
      create trigger wait before insert on search_filter for each row execute function wait_for_43()`);
    const round = makeAll(one);
    await eventually('the insert', async () => {
      const waiting = await trail.sql(`select from pg_stat_activity
        where datname = current_database() and wait_event = 'advisory'`);
      return waiting.length > 0;
    });
    await trail.sql(`update event set body = null, erased_at = now() where body like '%gone9%'`);
    await trail.database.run(markStaleFilters, [nowMs - 9 * MINUTE_MS]);
    await blocker.query('select pg_advisory_unlock(43)');
    await round;
    await blocker.query('drop function wait_for_43 cascade; delete from job');
    await blocker.end();
    await expectNoGap();
    expect(await filtersWith('gone9')).toEqual([]);
    const stale = await trail.sql('select from search_filter where stale_at is not null');
    expect(stale).toEqual([]);
  });

  it('goes on where a node was killed, and two nodes make nothing twice', async () => {
    await storeEvent(plain as never, Date.now() - 100 * MINUTE_MS, 'kept');
    // A node that dies with its connection in the middle of a filter.
    const dying = keeper();
    await dying.round({ rests: false });
    const blocker = new pg.Client({ connectionString: trail.url });
    await blocker.connect();
    await blocker.query(`select pg_advisory_lock(42);
      create function wait_for_42() returns trigger language plpgsql as
        'begin perform pg_advisory_xact_lock(42); return new; end';
      create trigger wait before insert on search_filter for each row execute function wait_for_42()`);
    const round = makeAll(dying).catch(() => 'dead');
    await eventually('the insert', async () => {
      const waiting = await trail.sql(`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and wait_event = 'advisory'`);
      return waiting.length > 0;
    });
    expect(await round).toBe('dead');
    await blocker.query('drop function wait_for_42 cascade');
    await blocker.end();
    expect(await filters()).toEqual([]);

    const [one, other] = [keeper(), keeper()];
    await Promise.all([makeAll(one), other.round({ rests: false })]);
    await expectNoGap();
    expect(await filtersWith('kept')).toHaveLength(1);
    const events = (await filters()).reduce((sum, filter) => sum + filter.events, 0);
    expect(events).toBe(1);
  });

  it('waits for a transaction that may still write a row of the span', async () => {
    const nowMs = Date.now();
    const slow = new pg.Client({ connectionString: trail.url });
    await slow.connect();
    await slow.query('begin');
    await storeEvent(slow, nowMs - 10 * MINUTE_MS, 'slow');
    const one = keeper();
    await makeNothing(one);
    await slow.query('commit');
    await slow.end();
    expect(await makeAll(one)).toBeGreaterThan(0);
    expect(await filtersWith('slow')).toHaveLength(1);
  });

  it('waits for the transactions of every machine, also of one that does not answer', async () => {
    await storeEvent(plain as never, Date.now() - 10 * MINUTE_MS, 'kept');
    let answer = async () => [{ now_ms: Date.now(), oldest: 5, next: 6 }];
    const worker = { run: () => answer() } as unknown as Runner;
    const one = keeper(HOUR_MS, Date.now(), { workers: () => new Map([['worker:1', worker]]) });
    await makeNothing(one);
    answer = () => Promise.reject(new Error('away'));
    await expect(one.round({ rests: false })).rejects.toThrow('away');
    answer = async () => [{ now_ms: Date.now(), oldest: 6, next: 6 }];
    expect(await makeAll(one)).toBeGreaterThan(0);
    expect(await filtersWith('kept')).toHaveLength(1);
  });

  it('halves a span with too many rows, and bounds what it holds', async () => {
    const nowMs = Date.now();
    await trail.sql(
      `insert into event (account_id, lane, id, type, body)
      select 1, n % 64, (lpad(to_hex($1::bigint + n * 8), 12, '0') || substr(md5(n::text), 1, 20))::uuid, 'order.paid', '{}'
      from generate_series(1, 90000) n`,
      [nowMs - 24 * MINUTE_MS],
    );
    await makeAll(keeper());
    await expectNoGap();
    const counts = (await filters()).map(({ events }) => events);
    expect(Math.max(...counts)).toBeLessThanOrEqual(40_000);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(90_000);
  });

  it('deletes filters of what is no longer kept', async () => {
    await makeAll(keeper());
    const before = (await filters()).length;
    const later = keeper(HOUR_MS, Date.now() + 2 * DAY_MS);
    await eventually('their end', async () => {
      expect(await later.round({ rests: false })).toBe(0);
      return (await filters()).length < before;
    });
    const after = await filters();
    expect(Number(after[0]?.until_ms)).toBeGreaterThanOrEqual(Date.now() - HOUR_MS - 1_000);
  });

  it('makes those again whose moments come once more when the clock of the database was set back', async () => {
    await storeEvent(plain as never, Date.now() - 70 * MINUTE_MS, 'before');
    await makeAll(keeper());
    const made = await filters();
    // As if they had been made two hours ahead of the present.
    await trail.sql('update search_filter set from_ms = from_ms + $1, until_ms = until_ms + $1', [
      2 * HOUR_MS,
    ]);
    await storeEvent(plain as never, Date.now() - 10 * MINUTE_MS, 'again');
    const one = keeper();
    await eventually('a filter that has it', async () => {
      await one.round({ rests: false });
      return (await filtersWith('again')).length === 1;
    });
    await expectNoGap();
    const after = (await filters()).map(({ from_ms: fromMs }) => Number(fromMs));
    // Those of moments that are over stay.
    expect(after).toContain(Number(made[0]?.from_ms) + 2 * HOUR_MS);
  });

  it('waits for the index of late attempts', async () => {
    await trail.sql('begin; drop index attempt_not_early; commit');
    await makeNothing(keeper());
    await trail.sql(`create index attempt_not_early on attempt (lane, recorded_at)
      where early is not true`);
    expect(await makeAll(keeper())).toBeGreaterThan(0);
  });
});

describe('events of nodes of a version before keys', () => {
  it('are found by the pointers that their account had, from their filter on', async () => {
    const BODY = '{"subject":"zen:1","detail":{"id":9007199254740993}}';
    await trail.sql('truncate key_batch, key_block');
    const nowMs = Date.now();
    await trail.sql(`update account set keys_since = now() - interval '1 hour'`);
    const store = async (ago: number, invocationsCount: number | null = null, body = BODY) => {
      const id = idAt(nowMs - ago * MINUTE_MS);
      await trail.sql(
        `insert into event (account_id, lane, id, type, body, invocations_count)
        values (1, $1, $2, 'order.paid', $3, $4)`,
        [laneOf(id), uuidFromId(id), body, invocationsCount],
      );
      return id;
    };
    const found = [await store(20), await store(40)];
    await store(61); // before the keys
    await store(30, 2); // what its own node has indexed
    await store(31, null, 'no JSON: {"detail":{"id":9007199254740993}}');
    const others = await Promise.all(
      [32, 33].map((ago) => store(ago, null, `{"subject":null,"detail":{"id":${ago}}}`)),
    );
    const hash = (key: string, value: string) => keyHash(keySeed(1, key), value);
    expect(await idsByHash(trail.database, hash('/subject', 'zen:1'))).toEqual([]);
    await makeAll(keeper(HOUR_MS, nowMs));
    for (const _when of ['before', 'after']) {
      const ids = await idsByHash(trail.database, hash('/detail/id', '9007199254740993'));
      expect(ids).toEqual(found);
      expect(await idsByHash(trail.database, hash('/subject', 'zen:1'))).toEqual(found);
      expect(await idsByHash(trail.database, hash('/detail/id', '33'))).toEqual([others[1]]);
      await keyFolder(trail.database).sort(laneOfAccount(1));
    }
  });
});

describe('what is settled', () => {
  it('is what was before a mark, once everything that ran then has ended', () => {
    const settled = new SettledUntil();
    const at = (minutes: number, oldest: number, next: number) => {
      settled.observe({ now_ms: minutes * MINUTE_MS, oldest, next });
      return settled.ms === undefined ? undefined : settled.ms / MINUTE_MS;
    };
    expect(at(10, 100, 100)).toBeUndefined();
    expect(at(11, 100, 105)).toBe(2); // mark 10, eight minutes before
    expect(at(12, 103, 110)).toBe(2); // 103 may be older than mark 11
    expect(at(13, 105, 120)).toBe(3);
    for (let minute = 14; minute < 200; minute++) expect(at(minute, 105, 120 + minute)).toBe(3);
    expect(at(200, 10_000, 10_000)).toBeGreaterThan(180);
  });

  it('goes back with the clock', () => {
    const settled = new SettledUntil();
    settled.observe({ now_ms: 100 * MINUTE_MS, oldest: 1, next: 1 });
    settled.observe({ now_ms: 101 * MINUTE_MS, oldest: 2, next: 2 });
    expect(settled.ms).toBe(92 * MINUTE_MS);
    settled.observe({ now_ms: 50 * MINUTE_MS, oldest: 3, next: 3 });
    expect(settled.ms).toBe(42 * MINUTE_MS);
  });
});
