import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createRoomReader } from '../../keep/create-room-reader.ts';
import { Storage } from '../../keep/storage.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../model/time-units.ts';
import { defaultAlertRules } from '../../testing/default-alert-rules.ts';
import { createTestAlerts } from '../../testing/test-alerts.ts';
import { createTestTrail, type TestTrail } from '../../testing/test-trail.ts';
import { createStorageReader } from './create-storage-reader.ts';

let trail: TestTrail;
let bytes: number;
beforeAll(async () => {
  trail = await createTestTrail();
  bytes = (await storage().read()).bytes;
});
afterAll(() => trail.drop());
beforeEach(() => trail.sql('delete from storage_sample'));

const clock = { now: () => Date.now() };

const MIB = 1_024 ** 2;

const storage = (by: { now(): number } = clock) =>
  new Storage({
    ...{ clock: by, monotonic: () => by.now(), database: trail.database, citus: false },
    keepMs: {} as never,
  });

const read = (limits: { mostBytes?: number; room?: number }, windowDays = 7) =>
  createStorageReader({
    database: trail.database,
    storage: { read: async () => ({ bytes }) as never },
    readRoom: async () => limits.room,
    mostBytes: limits.mostBytes,
  }).read(
    defaultAlertRules({ changed: { storage: { windowSeconds: (windowDays * DAY_MS) / 1_000 } } }),
  );

/** What the database took some days ago. */
const had = (days: number, then: number) =>
  trail.sql(`insert into storage_sample values (now() - $1 * interval '1 day', $2)`, [days, then]);

test('tells in how many days the disk is full, by the growth of the window, until it has room again', async () => {
  // A day's growth of a million, and ten millions within a week before.
  await had(9, 0);
  await had(6, bytes - 6_000_000);
  expect(await read({ room: 20_000_000 })).toEqual([]);
  const [one] = (await read({ room: 5_000_000 })) ?? [];
  expect(one).toMatchObject({
    ...{ accountId: 1, kind: 'storage', subject: 'database' },
    facts: { free_bytes: 5_000_000 },
  });
  expect(one?.value).toBeCloseTo(5, 2);
  expect(one?.facts['growth_bytes']).toBeGreaterThan(999_000);
  // Somebody made room.
  expect(await read({ room: 500_000_000 })).toEqual([]);
  // Nobody here can know: another node may.
  expect(await read({})).toBeUndefined();
});

test('a database that really grows is an alert before its limit, which ends when rows are gone', async () => {
  await trail.sql(`insert into account (id, name) values (1, 'main') on conflict do nothing`);
  const moved = { aheadMs: 0, now: () => Date.now() + moved.aheadMs };
  const watcher = await createTestAlerts(trail.url, [
    createStorageReader({
      ...{ database: trail.database, storage: storage(moved), monotonic: moved.now },
      readRoom: async () => undefined,
      mostBytes: bytes + 64 * MIB,
    }),
  ]);
  const later = async (ms: number) => {
    moved.aheadMs += ms;
    watcher.clock.aheadMs = moved.aheadMs;
    expect(await watcher.evaluate()).toBe(true);
    return trail.sql('select value, facts, resolved_at is null as open from alert');
  };
  expect(await later(0)).toEqual([]);
  // It took that sample, a day ago.
  await trail.sql(`update storage_sample set sampled_at = sampled_at - interval '1 day'`);
  await trail.sql(`create table filler as
    select gen_random_uuid() as id, repeat('x', 1000) as text from generate_series(1, 16384)`);
  const [alert, ...others] = await later(10 * MINUTE_MS);
  expect(others).toEqual([]);
  // A quarter of the limit within a day: three days are left.
  expect(alert).toMatchObject({ open: true });
  expect(alert?.['value']).toBeGreaterThan(2);
  expect(alert?.['value']).toBeLessThan(3.5);
  expect(alert?.['facts'].database_bytes).toBeGreaterThan(bytes + 16 * MIB);
  await trail.sql('drop table filler');
  expect(await later(10 * MINUTE_MS)).toMatchObject([{ open: true }]);
  expect(await later(HOUR_MS)).toMatchObject([{ open: false }]);
  await watcher.close();
});

test('takes a limit that is set for the disk, and the one that ends first', async () => {
  await had(2, bytes - 2_000_000);
  const [one] = (await read({ mostBytes: bytes + 3_000_000, room: 4_000_000 })) ?? [];
  expect(one?.value).toBeCloseTo(3, 2);
  expect(one?.facts).toMatchObject({
    ...{ database_bytes: bytes, limit_bytes: bytes + 3_000_000 },
  });
  expect((await read({ mostBytes: bytes + 3_000_000, room: 2_000_000 }))?.[0]?.facts).toMatchObject(
    {
      free_bytes: 2_000_000,
    },
  );
  expect((await read({ mostBytes: bytes - 1 }))?.[0]?.value).toBe(0);
  expect(await read({ mostBytes: bytes + 1_000_000_000 })).toEqual([]);
});

test('says nothing of a growth that is younger than a day, unless there is no room at all', async () => {
  await had(0.9, bytes - 100_000_000);
  expect(await read({ room: 1_000 })).toBeUndefined();
  expect((await read({ room: 0 }))?.[0]?.value).toBe(0);
});

test('takes a sample an hour, however many nodes read, and keeps them for eight days', async () => {
  await had(8.1, 1);
  await had(7.9, 2);
  await read({});
  await read({});
  const samples = () =>
    trail.sql<{ bytes: number }>(
      'select bytes::float8 as bytes from storage_sample order by sampled_at',
    );
  expect(await samples()).toEqual([{ bytes: 2 }, { bytes }]);
  await trail.sql(`update storage_sample set sampled_at = sampled_at - interval '61 minutes'`);
  await read({});
  expect(await samples()).toEqual([{ bytes: 2 }, { bytes }, { bytes }]);
});

test('reads and samples the size no later when the clock of the database is set back', async () => {
  let nowMs = Date.now();
  let elapsedMs = 0;
  const asked: string[] = [];
  const parts = {
    clock: { now: () => nowMs },
    monotonic: () => elapsedMs,
    database: {
      run: async ({ name }: { name: string }) => {
        asked.push(name);
        return [];
      },
    },
  };
  const reader = createStorageReader({
    ...parts,
    storage: new Storage({ ...parts, citus: false, keepMs: {} as never }),
    readRoom: async () => undefined,
    mostBytes: undefined,
  });
  /** How often the size was read and sampled. */
  const looked = async () => {
    await reader.read(defaultAlertRules());
    return ['read-storage', 'write-storage-sample'].map(
      (name) => asked.filter((one) => one === name).length,
    );
  };
  expect(await looked()).toEqual([1, 1]);
  nowMs -= DAY_MS;
  elapsedMs += 10 * MINUTE_MS - 1;
  expect(await looked()).toEqual([1, 1]);
  elapsedMs += 1;
  expect(await looked()).toEqual([2, 1]);
  elapsedMs += 50 * MINUTE_MS;
  expect(await looked()).toEqual([3, 2]);
});

test('knows the free bytes of a database that is reached over a socket here, and of no other', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hooktrail-room-'));
  const reading = (databaseUrl: string, dataFolder: string | null = folder, citus = false) =>
    createRoomReader({
      ...{ citus, databaseUrl },
      database: { run: async () => (dataFolder === null ? [] : [{ folder: dataFolder }]) as never },
    })();
  const socket = 'postgresql://hooktrail@%2Ftmp%2Fsocket:5432/hooktrail';
  const { bsize, blocks } = await statfs(folder);
  const free = await reading(socket);
  expect(free).toBeGreaterThan(0);
  expect(free).toBeLessThanOrEqual(bsize * blocks);
  expect(await reading('postgresql:///hooktrail?host=/run/postgresql')).toBeGreaterThan(0);
  expect(await reading('postgresql://hook@/trail?host=/run/postgresql')).toBeGreaterThan(0);
  expect(await reading('postgresql://hooktrail@127.0.0.1:5432/hooktrail')).toBeUndefined();
  expect(await reading('postgresql://hook@/trail')).toBeUndefined();
  expect(await reading(socket, null)).toBeUndefined();
  expect(await reading(socket, folder, true)).toBeUndefined();
  await rm(folder, { recursive: true });
  expect(await reading(socket)).toBeUndefined();
  // And of a real one: who asks may know, and its files are here.
  const url = new URL(trail.url);
  url.hostname = '';
  const real = await createRoomReader({
    ...{ citus: false, database: trail.database },
    databaseUrl: 'postgresql:///x?host=/run/postgresql',
  })();
  expect(real).toBeGreaterThan(0);
});
