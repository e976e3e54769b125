import { eventually } from '@hooktrail/harness/eventually';
import pg from 'pg';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Database, openDatabase } from '../database/database.ts';
import { firstIdAt, uuidFromId } from '../model/ids.ts';
import { DAY_MS, HOUR_MS } from '../model/time-units.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { sql } from '../testing/test-node.ts';
import { expireJobs } from './expire-jobs.ts';
import { Keeper } from './keeper.ts';
import { keptMs } from './kept-ms.ts';

const errors: string[] = [];
const log = pino({ level: 'error' }, { write: (line: string) => errors.push(line) });

let test: TestDatabase;
let database: Database;
let nowMs: number;
let machineAheadMs: number;
let keeper: Keeper;
beforeEach(async () => {
  test = await createTestDatabase();
  database = openDatabase(test.url, { connections: 2, log });
  nowMs = Date.UTC(2031, 4, 15, 12);
  machineAheadMs = 0;
  keeper = keeperOf();
});
afterEach(async () => {
  vi.useRealTimers();
  await keeper.stop();
  await database.close();
  await test.drop();
});

function keeperOf(): Keeper {
  return new Keeper({
    clock: { now: () => nowMs },
    machineClock: { now: () => nowMs + machineAheadMs },
    database,
    databaseUrl: test.url,
    keepMs: keptMs({
      retentionDays: 7,
      attemptRetentionDays: 7,
      eventRetentionDays: 7,
      rollupRetentionDays: 400,
    }),
    rollupKeepMs: 400 * DAY_MS,
    log,
  });
}

/** A UUID for a test. */
const idOf = (n: number) => `00000000-0000-0000-0000-00000000000${n}`;

async function days(table = 'event'): Promise<string[]> {
  const rows = await sql<{ name: string }>(
    test.url,
    `select inhrelid::regclass::text as name from pg_inherits
    where inhparent = $1::regclass order by 1`,
    [table],
  );
  return rows.map(({ name }) => name.slice(table.length + 1));
}

/** Advances the timers by an hour, and nothing else. */
function anHourLater(): void {
  vi.advanceTimersByTime(HOUR_MS);
}

describe('Keeper', () => {
  it('creates the partitions of today and three days ahead when it starts', async () => {
    await keeper.start();
    expect(await days()).toEqual(['20310514', '20310515', '20310516', '20310517', '20310518']);
  });

  it('creates and drops partitions and deletes keys every hour', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await keeper.start();
    await sql(
      test.url,
      `insert into idempotency_key
      select 1, now() - n * interval '12 hours', n, 'key ' || n, '', '{}' from generate_series(0, 5) n`,
    );
    nowMs += 13 * DAY_MS;
    anHourLater();
    await eventually('new partitions', async () => (await days()).at(-1) === '20310531');
    // The last attempt of an invocation of the 18th may come three days later, and is kept for
    // seven.
    await eventually('old partitions to be dropped', async () => (await days())[0] === '20310518');
    await eventually('old keys to be deleted', async () => {
      const rows = await sql<{ key: string }>(
        test.url,
        'select key from idempotency_key order by key',
      );
      return rows.map(({ key }) => key).join() === 'key 0,key 1';
    });
    nowMs += 12 * HOUR_MS;
    anHourLater();
    await eventually('the 18th to be dropped', async () => (await days())[0] === '20310527');
  });

  it('keeps bodies shorter than attempts, and attempts shorter than invocations, with many nodes', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const keepMs = keptMs({
      retentionDays: 7,
      attemptRetentionDays: 3,
      eventRetentionDays: 1,
      rollupRetentionDays: 400,
    });
    const nodes = Array.from(
      { length: 3 },
      () =>
        new Keeper({
          clock: { now: () => nowMs },
          machineClock: { now: () => nowMs },
          database,
          databaseUrl: test.url,
          keepMs,
          rollupKeepMs: 400 * DAY_MS,
          log,
        }),
    );
    try {
      await Promise.all(nodes.map((node) => node.start()));
      // Day after day, then a week in which no node ran.
      for (const passed of [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 7]) {
        nowMs += passed * DAY_MS;
        const today = new Date(nowMs).toISOString().slice(0, 10).replaceAll('-', '');
        anHourLater();
        await eventually('the partition that is created last', async () =>
          (await days('attempt')).includes(today),
        );
        // At any time, an event that can be sent has a partition for its attempts.
        const orphaned = await sql(
          test.url,
          `select from pg_inherits e where inhparent = 'event'::regclass and not exists (
            select from pg_inherits a where a.inhparent = 'attempt'::regclass
              and replace(a.inhrelid::regclass::text, 'attempt', 'event') = e.inhrelid::regclass::text)
            and right(inhrelid::regclass::text, 8) <= $1`,
          [today],
        );
        expect(orphaned).toEqual([]);
      }
      await Promise.all(nodes.map((node) => node.stop()));
    } finally {
      await Promise.all(nodes.map((node) => node.stop()));
    }
    // Noon of 3 June, minus the schedule's 3 days and 1, 4 and 7 days.
    expect(new Date(nowMs).toISOString()).toMatch(/^2031-06-03T12/);
    expect((await days('event'))[0]).toBe('20310530');
    expect((await days('attempt'))[0]).toBe('20310527');
    expect((await days('invocation'))[0]).toBe('20310524');
    expect(errors).toEqual([]);
  });

  it('records invocations that still wait when their day is dropped, and only those', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await keeper.start();
    await sql(test.url, `insert into account (id, name) values (7, 'seven')`);
    const [paused, deleted] = [idOf(1), idOf(2)];
    await sql(
      test.url,
      `insert into webhook (
        id, account_id, name, status, subscriptions, endpoint, http_method, request_format,
        signing_secret, created_at, created_by
      ) values ($1, 7, 'test', 'active', '{*}', 'http://127.0.0.1:9', 'POST', 'json', '', now(), 'test')`,
      [paused],
    );
    const add = (webhookId: string, count: number, due: boolean) =>
      sql(
        test.url,
        `insert into invocation (lane, id, webhook_id, event_id, event_type, latest_at, due_at)
        select 0, (substr($1, 1, 24) || lpad(to_hex(floor(random() * 1e14)::bigint), 12, '0'))::uuid, $2, $2,
          'a.b', to_timestamp($3 / 1000.0), case when $4 then now() end
        from generate_series(1, $5::int)`,
        [uuidFromId(firstIdAt(nowMs)), webhookId, nowMs, due, count],
      );
    await add(paused, 3, true);
    await add(paused, 5, false);
    await add(deleted, 2, true);
    nowMs += 13 * DAY_MS;
    anHourLater();
    const [row, ...others] = await eventually('the record', async () => {
      const rows = await sql(
        test.url,
        `select account_id::integer, operation, target_type, target_id, changes from audit`,
      );
      return rows.length > 0 && rows;
    });
    expect(others).toEqual([]);
    expect(row).toEqual({
      account_id: 7,
      operation: 'expireInvocations',
      target_type: 'webhook',
      target_id: expect.any(String),
      changes: [
        { field: 'day', to: '2031-05-15' },
        { field: 'waiting_invocations', to: 3 },
      ],
    });
    expect(errors.splice(0)).toEqual([expect.stringMatching(/"invocations":3.*still waited/)]);
    await eventually(
      'the day to be dropped',
      async () => (await days('invocation'))[0] === '20310518',
    );
  });

  it('deletes audit rows after 400 days, however many there are', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await keeper.start();
    await sql(test.url, `insert into account (id, name) values (1, 'one')`);
    for (const [days, many] of [
      [401, 2_500],
      [399, 2],
    ] as const) {
      await sql(
        test.url,
        `insert into audit (account_id, id, operation, target_type, target_id, changes)
        select 1, (substr($1, 1, 24) || lpad(to_hex(n), 12, '0'))::uuid, 'patchWebhook', 'webhook', '', '[]'
        from generate_series(1, $2::int) n`,
        [uuidFromId(firstIdAt(nowMs - days * DAY_MS)), many],
      );
    }
    anHourLater();
    await eventually('only the newer rows to be left', async () => {
      const [row] = await sql<{ n: number }>(test.url, 'select count(*)::int as n from audit');
      return row?.n === 2;
    });
  });

  it('deletes jobs 90 days after they ended, with what is left of their selection', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await keeper.start();
    await sql(test.url, `insert into account (id, name) values (1, 'one')`);
    const add = (job: number, days: number | null, busy = false) =>
      sql(
        test.url,
        `with made as (
          insert into job (
            id, account_id, kind, state, stage, busy, requested_by, spec, progress, ended_at
          )
          values ($1, 1, 'replay', 'done', 'running', $3, 'x', '{}', '{}', now() - $2 * interval '1 day')
        ),
        webhook as (insert into job_webhook (job_id, webhook_id, selected) values ($1, $1, 7000))
        insert into job_item (job_id, webhook_id, invocation_id, attempts_count, state, reason)
        select
          $1, $1, (substr($1::text, 1, 24) || lpad(to_hex(n), 12, '0'))::uuid, 1, 'skipped', 'x'
        from generate_series(1, 7000) n`,
        [idOf(job), days, busy],
      );
    await add(1, 91);
    await add(2, 89);
    // Something of it may still be in flight.
    await add(3, 91, true);
    await add(4, null);
    anHourLater();
    const left = (table: string, id: string) =>
      sql<{ id: string }>(test.url, `select distinct ${id} as id from ${table} order by 1`);
    const kept = [2, 3, 4].map((job) => ({ id: idOf(job) }));
    const isGone = (job: number) =>
      eventually('an old job to be gone', async () =>
        (await left('job', 'id')).every(({ id }) => id !== idOf(job)),
      );
    await isGone(1);
    // After the next run, the first one has certainly ended.
    await add(5, 91);
    anHourLater();
    await isGone(5);
    expect(await left('job', 'id')).toEqual(kept);
    expect(await left('job_webhook', 'job_id')).toEqual(kept);
    expect(await left('job_item', 'job_id')).toEqual(kept);
    // An erasure finds copies by the jobs that made them.
    await add(6, 150);
    const expire = (days: number) =>
      expireJobs(database, { invocationMs: days * DAY_MS, isStopped: () => false });
    await expire(200);
    expect(await left('job', 'id')).toContainEqual({ id: idOf(6) });
    await expire(100);
    expect(await left('job', 'id')).toEqual(kept);
  });

  it('deletes what jobs sent when its invocations are gone, and keeps what they skipped', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await keeper.start();
    await sql(test.url, `insert into account (id, name) values (1, 'one')`);
    const add = (job: number, days: number) =>
      sql(
        test.url,
        `with made as (
          insert into job (
            id, account_id, kind, state, stage, busy, requested_by, spec, progress, ended_at
          )
          values ($1, 1, 'replay', 'done', 'running', false, 'x', '{}', '{}', now() - $2 * interval '1 day')
        )
        insert into job_item (job_id, webhook_id, invocation_id, attempts_count, state)
        select
          $1, $1, (substr($1::text, 1, 24) || lpad(to_hex(n), 12, '0'))::uuid, 1,
          case when n % 2 = 0 then 'skipped' else 'succeeded' end
        from generate_series(1, 12000) n`,
        [idOf(job), days],
      );
    const counts = async (job: number) =>
      (
        await sql<{ state: string; count: number }>(
          test.url,
          'select state, count(*)::int from job_item where job_id = $1 group by 1 order by 1',
          [idOf(job)],
        )
      ).map(({ state, count }) => [state, count]);
    // Seven days, the longest schedule and the rest of a day.
    await add(1, 11);
    await add(2, 10);
    anHourLater();
    await eventually('what it sent to be gone', async () => {
      const rows = await sql(test.url, 'select from job where items_cleared');
      return rows.length === 1;
    });
    expect(await counts(1)).toEqual([['skipped', 6_000]]);
    expect(await counts(2)).toEqual([
      ['skipped', 6_000],
      ['succeeded', 6_000],
    ]);
  });

  it('starts beside a transaction that has read expired days, and drops them afterwards', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await keeper.start();
    await keeper.stop();
    const backup = new pg.Client({ connectionString: test.url });
    await backup.connect();
    await backup.query('begin');
    const read = ['event', 'invocation', 'attempt'];
    for (const table of read) await backup.query(`select from ${table}`);
    const dropping = async () => {
      const rows = await sql<{ pid: number }>(
        test.url,
        `select pid from pg_stat_activity where application_name = 'hooktrail keeper'
          and query ~ 'detach|drop' and wait_event_type = 'Lock' and datname = current_database()`,
      );
      return rows[0]?.pid;
    };
    nowMs += 13 * DAY_MS;
    const [next, other] = [keeperOf(), keeperOf()];
    try {
      // It has started while its drops still wait, of one table after the other.
      await next.start();
      for (const table of [...read, 'delta']) {
        expect((await days(table)).at(-1)).toBe('20310531');
      }
      const pid = await eventually('a drop to wait', dropping);
      // So has another one.
      await other.start();
      expect(await eventually('a drop to wait', dropping)).toBe(pid);
      await backup.query('commit');
      anHourLater();
      for (const table of read) {
        await eventually(
          `the days of ${table} to be dropped`,
          async () => (await days(table))[0] !== '20310514',
        );
      }
    } finally {
      await Promise.all([next.stop(), other.stop()]);
      await backup.end();
    }
    expect(errors).toEqual([]);
  });

  it('drops nothing that has expired by the clock of the database alone', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await keeper.start();
    nowMs += 60 * DAY_MS;
    machineAheadMs = -60 * DAY_MS;
    anHourLater();
    await eventually('the days ahead', async () => (await days()).at(-1) === '20310717');
    await keeper.stop();
    expect((await days())[0]).toBe('20310514');
    expect(errors).toEqual([]);
  });

  it('waits for the current run when it stops, and does nothing afterwards', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await keeper.start();
    nowMs += DAY_MS;
    anHourLater();
    await keeper.stop();
    const left = await days();
    expect(left.at(-1)).toBe('20310519');
    nowMs += DAY_MS;
    anHourLater();
    expect(await days()).toEqual(left);
  });

  it('changes the key of an earlier version once its nodes are gone', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const key = async () =>
      await sql(
        test.url,
        `select array_length(conkey, 1) as columns from pg_constraint
        where conrelid = 'invocation'::regclass and contype = 'p'`,
      );
    await keeper.start();
    await sql(
      test.url,
      `alter table invocation drop constraint invocation_pkey, add primary key (lane, id)`,
    );
    await keeper.stop();
    const old = new pg.Client({ connectionString: test.url, application_name: 'hooktrail' });
    await old.connect();
    await keeper.start();
    expect(await key()).toEqual([{ columns: 2 }]);
    const index = `select from pg_class where relname ~ '_key10$'`;
    expect((await sql(test.url, index)).length).toBeGreaterThan(0);
    await old.end();
    await eventually('the new key', async () => {
      anHourLater();
      return (await sql(test.url, index)).length === 0;
    });
    expect(await key()).toEqual([{ columns: 3 }]);
  });

  it('aborts a run that waits for a lock when it stops', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await keeper.start();
    const other = new pg.Client({ connectionString: test.url });
    await other.connect();
    await other.query('begin');
    await other.query('lock table event');
    nowMs += DAY_MS;
    anHourLater();
    await eventually('the keeper to wait', async () => {
      const rows = await sql(
        test.url,
        `select from pg_stat_activity
        where application_name = 'hooktrail keeper' and wait_event_type = 'Lock'
          and datname = current_database()`,
      );
      // The run that follows the start may wait, too.
      return rows.length > 0;
    });
    await keeper.stop();
    await other.end();
  });

  it('does not start without a database', async () => {
    const lost = new Keeper({
      clock: { now: () => nowMs },
      database,
      databaseUrl: 'postgresql://127.0.0.1:1/nothing',
      keepMs: keptMs({
        retentionDays: 7,
        attemptRetentionDays: 7,
        eventRetentionDays: 7,
        rollupRetentionDays: 400,
      }),
      rollupKeepMs: 400 * DAY_MS,
      log,
    });
    await expect(lost.start()).rejects.toThrow(/ECONNREFUSED/);
  });

  it('continues after a run that failed', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await keeper.start();
    await sql(test.url, 'alter table event rename to hidden');
    nowMs += DAY_MS;
    anHourLater();
    await eventually('the failure in the log', () => errors.length > 0);
    await sql(test.url, 'alter table hidden rename to event');
    anHourLater();
    await eventually('the next day', async () => (await days()).includes('20310519'));
  });

  it('forgets deleted webhooks when their trail has expired', async () => {
    await sql(test.url, `insert into account (id, name) values (1, 'one'), (2, 'two')`);
    await sql(
      test.url,
      `insert into deleted_webhook (id, account_id, version, name, deleted_at) values
        ($1, 1, 3, 'old', now() - interval '12 days'),
        ($2, 1, 4, 'kept', now() - interval '9 days'),
        ($3, 1, 5, 'new', now()),
        ($4, 2, 1, 'new', now())`,
      [1, 2, 3, 4].map(idOf),
    );
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await keeper.start();
    anHourLater();
    await eventually('the oldest is forgotten', async () => {
      const rows = await sql(test.url, 'select name from deleted_webhook order by version');
      return rows.map(({ name }) => name).join() === 'new,kept,new';
    });
    const accounts = await sql(test.url, 'select forgotten_version from account order by id');
    expect(accounts).toEqual([{ forgotten_version: '3' }, { forgotten_version: '0' }]);
  });
});
