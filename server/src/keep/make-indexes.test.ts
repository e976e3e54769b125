import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { eventually } from '@hooktrail/harness/eventually';
import pg from 'pg';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { changeKeys } from '../database/change-keys.ts';
import { type Database, openDatabase } from '../database/database.ts';
import { dumpSchema } from '../database/dump-schema.ts';
import { makeIndexes } from '../database/make-indexes.ts';
import { migrate } from '../database/migrate.ts';
import { uuidFromId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import { DAY_MS } from '../model/time-units.ts';
import { insertEvents } from '../sql/insert-events.ts';
import { readOwnEvent } from '../sql/read-event.ts';
import { readOwnIdIndex } from '../sql/read-own-id-index.ts';
import { idAt } from '../testing/test-trail.ts';
import { keepPartitions } from './partitions.ts';

/** The migrations of a version without the index. */
const OLD_MIGRATIONS = 8;
const DAYS = 4;
const MIGRATIONS = new URL('../../migrations/', import.meta.url);
const log = pino({ level: 'silent' });

let name: string;
let url: string;
let client: pg.Client;
let database: Database;

async function connectTo(connectionString: string): Promise<pg.Client> {
  const made = new pg.Client({ connectionString });
  made.on('error', () => undefined);
  await made.connect();
  return made;
}

/** Stores an event as the version without the index did, or as the present one does. */
async function store(version: 'old' | 'present', atMs: number, ownId?: string): Promise<string> {
  const id = idAt(atMs);
  if (version === 'old') {
    await client.query(
      `insert into event (account_id, lane, id, type, body) values (1, $1, $2, 'a.b', '{}')`,
      [laneOf(id), uuidFromId(id)],
    );
  } else {
    const events = [{ id, accountId: 1, type: 'a.b', body: '{}', ownId }];
    await database.run(insertEvents, { versions: [], events, invocations: [], leaseMs: 1 });
  }
  return id;
}

beforeEach(async () => {
  name = `${inject('templateDatabase')}_indexes_${Math.random().toString(36).slice(2)}`;
  const admin = await connectTo(inject('postgresUrl'));
  await admin.query(`create database ${name}`);
  await admin.end();
  const own = new URL(inject('postgresUrl'));
  own.pathname = name;
  url = own.href;
  const folder = await mkdtemp(join(tmpdir(), 'hooktrail-migrations-'));
  for (const file of (await readdir(MIGRATIONS)).sort().slice(0, OLD_MIGRATIONS)) {
    await cp(new URL(file, MIGRATIONS), join(folder, file));
  }
  await migrate(url, log, pathToFileURL(`${folder}/`));
  await rm(folder, { recursive: true });
  client = await connectTo(url);
  const nowMs = Date.now() - (DAYS - 1) * DAY_MS;
  await keepPartitions(url, { nowMs, ahead: DAYS, keepMs: 1_000 * DAY_MS });
  for (let ago = 0; ago < DAYS; ago++) await store('old', Date.now() - ago * DAY_MS);
  database = openDatabase(url, { connections: 1, log });
});
afterEach(async () => {
  await database.close();
  await client.end();
  const admin = await connectTo(inject('postgresUrl'));
  await admin.query(`drop database ${name} with (force)`);
  await admin.end();
});

const ready = async () => (await database.run(readOwnIdIndex, undefined))[0]?.ready;
const found = async (ownId: string) =>
  (await database.run(readOwnEvent, { accountId: 1, ownId })).map(({ id }) => id);

test('makes the index of a filled database, continued after a kill, while events are stored', async () => {
  await migrate(url, log);
  const early = await store('present', Date.now(), 'order-1');
  expect(await ready()).toBe(false);
  expect(await makeIndexes(url, { log, quick: true })).toBe(false);

  // Killed while an index waits for an older transaction.
  const reader = await connectTo(url);
  await reader.query('begin isolation level repeatable read; select from event');
  const killed = makeIndexes(url, { log });
  killed.catch(() => undefined);
  await eventually('the index to wait, and its end', async () => {
    const { rowCount } = await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'hooktrail indexes'
        and wait_event_type = 'Lock'`,
    );
    return rowCount !== 0;
  });
  await expect(killed).rejects.toThrow();
  await store('old', Date.now());
  const between = await store('present', Date.now(), 'order-2');
  await reader.query('commit');
  await reader.end();

  // A day that is made meanwhile gets its part by itself.
  await keepPartitions(url, { nowMs: Date.now() + DAY_MS, ahead: 2, keepMs: 1_000 * DAY_MS });
  expect(await makeIndexes(url, { log })).toBe(true);
  expect(await ready()).toBe(true);
  expect(await makeIndexes(url, { log, quick: true })).toBe(true);
  const { rows } = await client.query(
    `select count(*)::integer as parts, bool_and(indisvalid) as valid
    from pg_index where indexrelid = 'event_own_id'::regclass
      or indexrelid in (select inhrelid from pg_inherits where inhparent = 'event_own_id'::regclass)`,
  );
  const days = await client.query(`select from pg_inherits where inhparent = 'event'::regclass`);
  expect(rows).toEqual([{ parts: 1 + (days.rowCount as number), valid: true }]);
  expect([await found('order-1'), await found('order-2')]).toEqual([[early], [between]]);
  await changeKeys(url, { log });
  await expect(await dumpSchema(url)).toMatchFileSnapshot('../../schema.sql');
});

test('lets writers wait for no transaction that is in its way', async () => {
  await migrate(url, log);
  // Holds a lock on every part of the index that is made: attaching gives up soon.
  expect(await makeIndexes(url, { log })).toBe(true);
  await client.query(`drop index event_own_id;
    create index event_own_id on only event (account_id, own_id, id) where own_id is not null`);
  const today = `event_${new Date().toISOString().slice(0, 10).replaceAll('-', '')}`;
  await client.query(
    `create index ${today}_event_own_id on ${today} (account_id, own_id, id) where own_id is not null`,
  );
  const reader = await connectTo(url);
  await reader.query(
    `begin; lock table ${today} in row exclusive mode; select from ${today} where account_id = 1 and own_id = 'x'`,
  );
  const running = makeIndexes(url, { log });
  await store('present', Date.now(), 'order-3');
  expect(await running).toBe(false);
  await reader.query('commit');
  await reader.end();
  expect(await makeIndexes(url, { log })).toBe(true);
  expect(await found('order-3')).toHaveLength(1);
});
