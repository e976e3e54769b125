import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { changeKeys } from '../database/change-keys.ts';
import { type Database, openDatabase } from '../database/database.ts';
import { dumpSchema } from '../database/dump-schema.ts';
import { migrate } from '../database/migrate.ts';
import { keepPartitions } from '../keep/partitions.ts';
import { uuidFromId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import { DAY_MS } from '../model/time-units.ts';
import { Unavailable } from '../model/unavailable.ts';
import { insertEvents } from '../sql/insert-events.ts';
import { readOwnIdIndex } from '../sql/read-own-id-index.ts';
import { idAt } from '../testing/test-trail.ts';
import { findEvent } from './find-event.ts';

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
  const tables = ['event', 'invocation', 'attempt'] as const;
  await keepPartitions(url, { nowMs, ahead: DAYS, keepMs: 1_000 * DAY_MS, tables });
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
const find = async (id: string) => (await findEvent(database, 1, id))?.id;

test('own ids are found once the days of an earlier version are indexed, events stored meanwhile too', async () => {
  await migrate(url, log);
  const early = await store('present', Date.now(), 'order-1');
  expect(await ready()).toBe(false);
  // Whatever is found by the key needs no index.
  expect(await find(early)).toBe(early);
  await expect(find('order-1')).rejects.toThrow(Unavailable);

  // One day after the other gets its part; with one left, the look-up still waits.
  const reader = await connectTo(url);
  await reader.query('begin isolation level repeatable read; select from event');
  expect(await changeKeys(url, { log, quick: true })).toBe(false);
  await store('old', Date.now());
  const between = await store('present', Date.now(), 'order-2');
  expect(await ready()).toBe(false);
  await reader.query('commit');
  await reader.end();

  // A day that is made meanwhile gets its part by itself.
  await keepPartitions(url, { nowMs: Date.now() + DAY_MS, ahead: 2, keepMs: 1_000 * DAY_MS });
  expect(await changeKeys(url, { log })).toBe(true);
  expect(await ready()).toBe(true);
  await keepPartitions(url, { nowMs: Date.now() + DAY_MS, ahead: 4, keepMs: 1_000 * DAY_MS });
  expect(await ready()).toBe(true);
  expect([await find('order-1'), await find('order-2')]).toEqual([early, between]);
  expect(await find('order-3')).toBeUndefined();
  await expect(await dumpSchema(url)).toMatchFileSnapshot('../../schema.sql');
});
