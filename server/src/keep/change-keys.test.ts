import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { eventually } from '@hooktrail/harness/eventually';
import pg from 'pg';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, inject, it, type MockInstance, vi } from 'vitest';
import { applicationName } from '../database/application-name.ts';
import { changeKeys } from '../database/change-keys.ts';
import { openDatabase } from '../database/database.ts';
import { dumpSchema } from '../database/dump-schema.ts';
import { migrate } from '../database/migrate.ts';
import { newId, uuidFromId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import { DAY_MS } from '../model/time-units.ts';
import { claimInvocations } from '../sql/claim-invocations.ts';
import { insertEvents } from '../sql/insert-events.ts';
import { recordOutcomes } from '../sql/record-outcomes.ts';
import { idAt, outcomeOf } from '../testing/test-trail.ts';
import { keepPartitions } from './partitions.ts';

/** The migrations of the version whose key was (lane, id). */
const OLD_MIGRATIONS = 3;
const DAYS = 5;
const MIGRATIONS = new URL('../../migrations/', import.meta.url);
const log = pino({ level: 'silent' });

let name: string;
let url: string;
let client: pg.Client;
let open: pg.Client[];

async function connect(application = 'test'): Promise<pg.Client> {
  const made = new pg.Client({ connectionString: url, application_name: application });
  made.on('error', () => undefined);
  await made.connect();
  open.push(made);
  return made;
}

beforeEach(async () => {
  open = [];
  name = `${inject('templateDatabase')}_keys_${Math.random().toString(36).slice(2)}`;
  url = inject('postgresUrl');
  const admin = await connect();
  await admin.query(`create database ${name}`);
  await admin.end();
  const own = new URL(url);
  own.pathname = name;
  url = own.href;
  await createOldTrail();
  client = await connect();
});
afterEach(async () => {
  for (const one of open) await one.end();
  url = inject('postgresUrl');
  const admin = await connect();
  await admin.query(`drop database ${name} with (force)`);
  await admin.end();
});

/** A database of the old version with some days of rows: waiting, leased and final ones. */
async function createOldTrail(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'hooktrail-migrations-'));
  for (const file of (await readdir(MIGRATIONS)).sort().slice(0, OLD_MIGRATIONS)) {
    await cp(new URL(file, MIGRATIONS), join(folder, file));
  }
  await migrate(url, log, pathToFileURL(`${folder}/`));
  await rm(folder, { recursive: true });
  const old = await connect();
  for (let ago = DAYS - 1; ago >= 0; ago--) {
    const atMs = Date.now() - ago * DAY_MS;
    const tables = ['event', 'invocation', 'attempt'] as const;
    await keepPartitions(url, { nowMs: atMs, ahead: 1, keepMs: 1_000 * DAY_MS, tables });
    const rows = Array.from({ length: 200 }, (_, index) => ({ index, id: uuidFromId(idAt(atMs)) }));
    await old.query(
      `insert into invocation (lane, id, webhook_id, event_id, event_type, latest_at, due_at, leased, status)
      select n % 64, id, ('00000000-0000-0000-0000-0000000000' || 10 + n % 8)::uuid, id, 'a.b', now(),
        case n % 3 when 0 then null else now() + interval '1 day' end, n % 3 = 2,
        case n % 3 when 0 then 'success' else 'accepted' end::delivery_status
      from unnest($1::integer[], $2::uuid[]) as r (n, id)`,
      [rows.map(({ index }) => index), rows.map(({ id }) => id)],
    );
  }
}

const keys = () => changeKeys(url, { log });

async function keyOf(table: string): Promise<string[]> {
  const { rows } = await client.query<{ key: string }>(
    `select pg_get_indexdef(i.indexrelid) as key from pg_index i
    where i.indrelid = $1::regclass and i.indisprimary`,
    [table],
  );
  return rows.map(({ key }) => key.slice(key.indexOf('(')));
}

interface IndexState {
  readonly name: string;
  readonly file: string;
  readonly valid: boolean;
}

/** The unique indexes of the partitions of invocations. */
async function uniqueIndexes(): Promise<IndexState[]> {
  const { rows } = await client.query<IndexState>(
    `select c.relname as name, c.relfilenode::text as file, i.indisvalid as valid
    from pg_inherits h
    join pg_index i on i.indrelid = h.inhrelid
    join pg_class c on c.oid = i.indexrelid
    where h.inhparent = 'invocation'::regclass and i.indisunique
    order by 1`,
  );
  return rows;
}

interface Writer {
  /** The invocations that it wrote, and recorded one attempt of. */
  readonly written: string[];
  /** Resolves when it has written so many more. */
  more(count: number): Promise<void>;
  stop(): Promise<void>;
}

/** Writes one after the other until it is stopped; an error in any statement fails `stop`. */
function startWriter(write: () => Promise<string>): Writer {
  const written: string[] = [];
  let stopped = false;
  let failed = false;
  const running = (async () => {
    while (!stopped) written.push(await write());
  })();
  running.catch(() => {
    failed = true;
  });
  return {
    written,
    async more(count) {
      const wanted = written.length + count;
      await eventually('more writes', () => failed || written.length >= wanted);
    },
    async stop() {
      stopped = true;
      await running;
    },
  };
}

/** What a node of the old version sends: rows are found by (lane, id). */
async function oldNode(): Promise<{ write: () => Promise<string>; end: () => Promise<void> }> {
  const node = await connect('hooktrail');
  const lane = 7;
  const webhook = uuidFromId(newId(Date.now()));
  const write = async () => {
    const id = newId(Date.now());
    await node.query(
      `insert into invocation (lane, id, webhook_id, event_id, event_type, latest_at, due_at)
      values ($1, $2, $3, $2, 'a.b', now(), now())`,
      [lane, uuidFromId(id), webhook],
    );
    const claimed = await node.query<{ due_at: string }>(
      `update invocation i set due_at = now() + interval '30 s', leased = true
      from unnest($1::smallint[], $2::uuid[]) as l (lane, id)
      where i.lane = l.lane and i.id = l.id returning i.due_at::text as due_at`,
      [[lane], [uuidFromId(id)]],
    );
    const recorded = await node.query(
      `with moved as (
        update invocation i
        set attempts_count = attempts_count + 1, due_at = null, leased = false, status = 'success'
        from unnest($1::smallint[], $2::uuid[], $3::timestamptz[]) as l (lane, id, until)
        where i.lane = l.lane and i.id = l.id and i.due_at is not distinct from l.until
        returning i.lane, i.id, i.attempts_count
      )
      insert into attempt (lane, invocation_id, number, id, status, duration_ms, request_headers)
      select lane, id, attempts_count, id, 'success', 1, '[]' from moved`,
      [[lane], [uuidFromId(id)], [claimed.rows[0]?.due_at]],
    );
    expect(recorded.rowCount).toBe(1);
    return id;
  };
  return { write, end: () => node.end() };
}

/** The same with the statements of this version. */
function presentNode() {
  const database = openDatabase(url, { connections: 1, log });
  const webhookId = newId(Date.now());
  const lane = laneOf(webhookId);
  const write = async () => {
    const id = newId(Date.now());
    await database.run(insertEvents, {
      versions: [],
      events: [{ id, accountId: 1, type: 'a.b', body: '{}' }],
      invocations: [{ id, lane, webhookId, eventId: id, eventType: 'a.b', leased: false }],
      leaseMs: 30_000,
    });
    const [claimed] = await database.run(claimInvocations, {
      lane,
      wanted: [{ webhookId, room: 1 }],
      leaseMs: 30_000,
    });
    const lease = { lane, webhookId, invocationId: id, leasedUntilMs: Number(claimed?.due_at) };
    const outcome = outcomeOf(lease, { status: 'success', retryInMs: null });
    const [row] = await database.run(recordOutcomes, { outcomes: [outcome], repeated: false });
    expect(row?.recorded).toBe(1);
    return id;
  };
  return { write, end: () => database.close() };
}

/** Everything written is there once, with its attempt. */
async function expectWritten(ids: readonly string[]): Promise<void> {
  const { rows } = await client.query(
    `select count(*)::integer as count from invocation i
    join attempt a on a.lane = i.lane and a.invocation_id = i.id and a.number = i.attempts_count
    where i.id = any ($1) and i.due_at is null and i.status = 'success' and i.attempts_count = 1`,
    [ids.map(uuidFromId)],
  );
  expect(rows).toEqual([{ count: ids.length }]);
}

async function waitingForOthers(): Promise<number> {
  const { rows } = await client.query<{ pid: number }>(
    `select pid from pg_stat_activity
    where datname = current_database() and application_name = 'hooktrail keys'
      and wait_event_type = 'Lock'`,
  );
  return rows[0]?.pid ?? 0;
}

const NEW_KEY = '(lane, webhook_id, id)';

describe('changeKeys', () => {
  it('upgrades a filled database while nodes of both versions write, over kills and restarts', async () => {
    const before = await client.query('select lane, webhook_id, id from invocation order by id');
    const old = await oldNode();
    const oldWriter = startWriter(old.write);
    await oldWriter.more(5);
    await migrate(url, log);
    expect(await keyOf('invocation')).toEqual(['(lane, id)']);
    const present = presentNode();
    const writer = startWriter(present.write);

    // Killed while an index waits for an older transaction, with writers running.
    const reader = await connect();
    await reader.query('begin isolation level repeatable read; select from invocation');
    const killed = keys();
    killed.catch(() => undefined);
    await eventually('the index to wait', async () => (await waitingForOthers()) !== 0);
    await Promise.all([oldWriter.more(5), writer.more(5)]);
    await client.query('select pg_terminate_backend($1)', [await waitingForOthers()]);
    await expect(killed).rejects.toThrow();
    expect((await uniqueIndexes()).filter(({ valid }) => !valid)).toHaveLength(1);
    await reader.query('commit');

    // With an old node connected both keys stay.
    expect(await keys()).toBe(false);
    const both = await uniqueIndexes();
    expect(both).toHaveLength(2 * (DAYS + 2));
    expect(both.every(({ valid }) => valid)).toBe(true);
    expect(await keyOf('invocation')).toEqual(['(lane, id)']);
    await Promise.all([oldWriter.more(5), writer.more(5)]);

    // A partition that is attached meanwhile has no index yet.
    await keepPartitions(url, { nowMs: Date.now(), ahead: 3, keepMs: 1_000 * DAY_MS });
    await oldWriter.stop();
    await old.end();
    expect(await keys()).toBe(true);
    await writer.more(5);
    await writer.stop();
    await present.end();

    expect(await keyOf('invocation')).toEqual([NEW_KEY]);
    const after = await uniqueIndexes();
    expect(after.map((index) => index.name.replace(/\d{8}/, 'DAY'))).toEqual(
      Array.from({ length: DAYS + 4 }, () => 'invocation_DAY_pkey'),
    );
    // The exchange built no index: all files were there before.
    const files = new Set(both.map(({ file }) => file));
    expect(after.filter(({ file }) => files.has(file))).toHaveLength(DAYS + 2);
    await expectWritten([...oldWriter.written, ...writer.written]);
    const kept = await client.query(
      'select lane, webhook_id, id from invocation where id = any ($1) order by id',
      [before.rows.map(({ id }) => id)],
    );
    expect(kept.rows).toEqual(before.rows);
    await expect(await dumpSchema(url)).toMatchFileSnapshot('../../schema.sql');
    await keepPartitions(url, { nowMs: Date.now() + DAY_MS, ahead: 3, keepMs: 1_000 * DAY_MS });
    expect(new Set((await uniqueIndexes()).map(({ name: index }) => index.slice(-5)))).toEqual(
      new Set(['_pkey']),
    );
    expect(await keys()).toBe(true);
  });

  it('never lets writers wait for a transaction that is in its way', async () => {
    await migrate(url, log);
    const old = await oldNode();
    expect(await keys()).toBe(false);
    await old.end();
    const present = presentNode();
    const listener = await connect(applicationName('listener'));
    const writer = startWriter(present.write);
    const reader = await connect();
    await reader.query('begin; select from invocation');
    const running = keys();
    // While the reader stays, the exchange is begun again and again, and each writer gets past it.
    for (let tries = 0; tries < 2; tries++) {
      await eventually('the exchange to wait', async () => (await waitingForOthers()) !== 0);
      await writer.more(3);
      await eventually('the exchange to give up', async () => (await waitingForOthers()) === 0);
      await writer.more(3);
    }
    expect(await keyOf('invocation')).toEqual(['(lane, id)']);
    await reader.query('commit');
    expect(await running).toBe(true);
    await writer.more(3);
    await writer.stop();
    await listener.end();
    await present.end();
    await expectWritten(writer.written);
  });

  it('leaves a Citus cluster as it is', async () => {
    await migrate(url, log);
    await client.query(`create table pg_dist_partition (logicalrelid regclass);
      insert into pg_dist_partition values ('invocation')`);
    expect(await keys()).toBe(false);
    expect(await uniqueIndexes()).toHaveLength(DAYS + 2);
    await client.query('drop table pg_dist_partition');
    expect(await keys()).toBe(true);
  });

  it('is done by one of many nodes, and leaves waiting to a later run when it is quick', async () => {
    await migrate(url, log);
    const reader = await connect();
    await reader.query('begin isolation level repeatable read; select from invocation');
    const first = keys();
    await eventually('the index to wait', async () => (await waitingForOthers()) !== 0);
    expect(await Promise.all([keys(), changeKeys(url, { log, quick: true })])).toEqual([
      false,
      false,
    ]);
    await reader.query('commit');
    expect(await first).toBe(true);
  });

  it('leaves what another node has changed since the look at the key', async () => {
    await migrate(url, log);
    const ask = pg.Client.prototype.query as (...given: unknown[]) => Promise<unknown>;
    const asking = vi.spyOn(pg.Client.prototype, 'query') as unknown as MockInstance;
    const asked: string[] = [];
    let others = 0;
    asking.mockImplementation(async function (this: pg.Client, ...given: unknown[]) {
      asked.push(String(given[0]));
      if (asked.at(-1)?.includes('pg_try_advisory_lock') && others++ === 0) {
        expect(await keys()).toBe(true);
      }
      return ask.apply(this, given);
    });
    try {
      expect(await keys()).toBe(true);
    } finally {
      asking.mockRestore();
    }
    expect(others).toBeGreaterThan(1);
    const made = asked.filter((text) => text.startsWith('create unique index'));
    expect(made.length).toBeGreaterThan(DAYS);
    expect(new Set(made).size).toBe(made.length);
  });

  it('takes as long as it needs where the database limits the time of a statement', async () => {
    await migrate(url, log);
    await client.query(`alter database ${name} set statement_timeout = '250ms'`);
    const reader = await connect();
    await reader.query('begin isolation level repeatable read; select from account');
    const running = changeKeys(url, { log, quick: true });
    await eventually('the index to wait for longer', async () => {
      const { rows } = await client.query(
        `select from pg_stat_activity
        where datname = current_database() and application_name = 'hooktrail keys'
          and wait_event_type = 'Lock' and now() - query_start > interval '0.5 s'`,
      );
      return rows.length === 1;
    });
    await reader.query('commit');
    expect(await running).toBe(true);
  });

  it('adds an index beside running work, over kills, where partitions come and go', async () => {
    await migrate(url, log);
    expect(await keys()).toBe(true);
    // As after an upgrade from a version without the index.
    await client.query('drop index invocation_undelivered');
    const present = presentNode();
    const writer = startWriter(present.write);
    await writer.more(3);

    const reader = await connect();
    await reader.query('begin isolation level repeatable read; select from account');
    const killed = keys();
    killed.catch(() => undefined);
    await eventually('the index to wait', async () => (await waitingForOthers()) !== 0);
    await writer.more(3);
    await client.query('select pg_terminate_backend($1)', [await waitingForOthers()]);
    await expect(killed).rejects.toThrow();
    await reader.query('commit');

    // A partition that is attached meanwhile gets the index at once.
    await keepPartitions(url, { nowMs: Date.now(), ahead: 3, keepMs: 1_000 * DAY_MS });
    expect(await keys()).toBe(true);
    await writer.more(3);
    await writer.stop();
    await present.end();
    const { rows } = await client.query(
      `select (select count(*)::integer from pg_inherits where inhparent = 'invocation'::regclass) as tables,
        (select count(*)::integer from pg_inherits h join pg_index x on x.indexrelid = h.inhrelid
          where h.inhparent = i.indexrelid and x.indisvalid) as indexes,
        i.indisvalid as valid
      from pg_index i where i.indexrelid = 'invocation_undelivered'::regclass`,
    );
    expect(rows).toEqual([{ tables: DAYS + 4, indexes: DAYS + 4, valid: true }]);
    await expect(await dumpSchema(url)).toMatchFileSnapshot('../../schema.sql');
    await expectWritten(writer.written);
  });
});
