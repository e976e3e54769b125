import { readFile } from 'node:fs/promises';
import { eventually } from '@hooktrail/harness/eventually';
import pg from 'pg';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../database/database.ts';
import { writeAudit } from '../directory/audit/write-audit.ts';
import { firstIdAt, idFromUuid, newId, uuidFromId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import { DAY_MS } from '../model/time-units.ts';
import { claimInvocations } from '../sql/claim-invocations.ts';
import { insertEvents } from '../sql/insert-events.ts';
import { recordOutcomes } from '../sql/record-outcomes.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { idAt, outcomeOf } from '../testing/test-trail.ts';
import { keepPartitions } from './partitions.ts';

const MIGRATION = new URL('../../migrations/0019-analyses.sql', import.meta.url);

const NOON = Date.UTC(2031, 4, 15, 12);
/** Longer than any test goes back. */
const long = 100 * DAY_MS;
const TABLES = ['attempt', 'delta', 'event', 'invocation', 'key_block', 'rollup_minute'];

let test: TestDatabase;
let client: pg.Client;
beforeEach(async () => {
  test = await createTestDatabase();
  client = new pg.Client({ connectionString: test.url });
  await client.connect();
});
afterEach(async () => {
  await client.end();
  await test.drop();
});

const keep = (values: { nowMs?: number; ahead?: number; keepMs?: number } = {}) =>
  keepPartitions(test.url, { nowMs: NOON, ahead: 3, keepMs: 10 * DAY_MS, ...values });

/** Creates the partitions of some past days and of today. */
async function makeDays(past: number): Promise<void> {
  for (let ago = past; ago >= 0; ago--) {
    await keep({ nowMs: NOON - ago * DAY_MS, ahead: 0, keepMs: 100 * DAY_MS });
  }
}

/** The days of a table's partitions, in order. */
async function days(table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select inhrelid::regclass::text as name from pg_inherits
    where inhparent = $1::regclass order by 1`,
    [table],
  );
  return rows.map(({ name }) => name.slice(table.length + 1));
}

/** All tables of the trail, attached or not. */
async function tables(): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class
    where relkind = 'r' and relname ~ '^(event|invocation|attempt)_' order by 1`,
  );
  return rows.map(({ name }) => name);
}

/** Leaves a partition in the state of a crash during its detaching. */
async function interruptDetach(table: string, partition: string): Promise<void> {
  const reader = new pg.Client({ connectionString: test.url });
  await reader.connect();
  await reader.query('begin');
  await reader.query(`select from ${table}`);
  await client.query(`set statement_timeout = '200ms'`);
  await expect(
    client.query(`alter table ${table} detach partition ${partition} concurrently`),
  ).rejects.toThrow(/timeout/);
  await client.query('reset statement_timeout');
  await reader.end();
  const { rows } = await client.query(
    'select from pg_inherits where inhrelid = $1::regclass and inhdetachpending',
    [partition],
  );
  expect(rows).toHaveLength(1);
}

describe('keepPartitions', () => {
  it('creates yesterday, today and the days ahead, once', async () => {
    const { created, dropped } = await keep();
    // And the month of the archive's three tables; the last one is expired.
    expect(created).toHaveLength(30 + 3);
    expect(dropped).toEqual([]);
    for (const table of TABLES) {
      expect(await days(table)).toEqual([
        '20310514',
        '20310515',
        '20310516',
        '20310517',
        '20310518',
      ]);
    }
    expect(await keep()).toEqual({ created: [], dropped: [], delayed: [] });
    expect((await keep({ nowMs: NOON + DAY_MS })).created.sort()).toEqual(
      TABLES.map((table) => `${table}_20310519`),
    );
  });

  it.each([
    ['a month', Date.UTC(2031, 1, 27, 12), '20310303'],
    ['a leap day', Date.UTC(2032, 1, 27, 12), '20320302'],
    ['a year', Date.UTC(2031, 11, 30, 12), '20320103'],
  ])('continues past the end of %s', async (_what, nowMs, last) => {
    await keep({ nowMs, ahead: 4 });
    expect((await days('event')).at(-1)).toBe(last);
  });

  it('bounds the days by ids, without gap or overlap', async () => {
    await keep();
    for (const [timeMs, name] of [
      [Date.UTC(2031, 4, 15) - 1, '20310514'],
      [Date.UTC(2031, 4, 15), '20310515'],
      [Date.UTC(2031, 4, 16) - 1, '20310515'],
      [Date.UTC(2031, 4, 16), '20310516'],
    ] as const) {
      const last = `${firstIdAt(timeMs).slice(0, 10)}ZZZZZZZZZZZZZZZZ`;
      for (const id of [firstIdAt(timeMs), last]) {
        const { rows } = await client.query<{ name: string }>(
          `insert into event (account_id, lane, id, type, body) values (1, 0, $1, 'a.b', '{}')
          returning tableoid::regclass::text as name`,
          [uuidFromId(id)],
        );
        expect(rows[0]?.name).toBe(`event_${name}`);
      }
    }
  });

  it('gives a partition the indexes of its table', async () => {
    await keep();
    const { rows } = await client.query<{ table: string; indexes: number }>(
      `select indrelid::regclass::text as table, count(*)::int as indexes from pg_index
      where indrelid in ('invocation'::regclass, 'invocation_20310515'::regclass) and indisvalid
      group by 1 order by 1`,
    );
    const [of, ofDay] = rows;
    expect(of?.indexes).toBeGreaterThan(3);
    expect(ofDay).toEqual({ table: 'invocation_20310515', indexes: of?.indexes });
  });

  it('gives partitions of arrays no analyses, and keeps deltas in one piece', async () => {
    const names = ['delta_20310515', 'key_block_20310515', 'rollup_minute_20310515'];
    const settings = async () =>
      (
        await client.query<{
          relname: string;
          reloptions: string[] | null;
          toast: string[] | null;
        }>(
          `select c.relname, c.reloptions, t.reloptions as toast
          from pg_class c left join pg_class t on t.oid = c.reltoastrelid
          where c.relname = any ($1) order by c.relname`,
          [[...names, 'key_batch', 'event_20310515']],
        )
      ).rows.map(({ relname, reloptions, toast }) => [relname, reloptions?.sort() ?? [], toast]);
    const never = 'autovacuum_analyze_threshold=2147483647';
    const wanted = [
      [
        'delta_20310515',
        [never, 'autovacuum_vacuum_insert_threshold=-1', 'toast_tuple_target=8160'],
        ['autovacuum_vacuum_insert_threshold=-1'],
      ],
      ['event_20310515', [], null],
      ['key_batch', [never], null],
      ['key_block_20310515', [never], null],
      ['rollup_minute_20310515', [never], null],
    ];
    await keep();
    expect(await settings()).toEqual(wanted);
    // Partitions of a node of the version before.
    for (const name of [...names, 'key_batch']) {
      await client.query(`alter table ${name} reset (autovacuum_analyze_threshold)`);
    }
    await client.query(
      'alter table delta_20310515 reset (autovacuum_vacuum_insert_threshold, toast_tuple_target)',
    );
    await client.query(
      'alter table delta_20310515 reset (toast.autovacuum_vacuum_insert_threshold)',
    );
    expect((await settings()).flatMap(([, options]) => options)).toEqual([]);
    await client.query(await readFile(MIGRATION, 'utf8'));
    expect(await settings()).toEqual(wanted);
  });

  it('keeps what is archived by the month, for ever or as long as asked', async () => {
    const keepArchive = (nowMs: number, keptMs?: number) =>
      keepPartitions(test.url, {
        nowMs,
        ahead: 3,
        keepMs: {
          event: DAY_MS,
          invocation: DAY_MS,
          attempt: DAY_MS,
          delta: DAY_MS,
          key_block: DAY_MS,
          rollup_minute: DAY_MS,
          archive_event: keptMs,
          archive_invocation: keptMs,
          archive_attempt: keptMs,
        },
      });
    await keepArchive(Date.UTC(2031, 0, 31, 12));
    for (const table of ['archive_event', 'archive_invocation', 'archive_attempt']) {
      // The last month: what is archived is days old. The next one begins within three days.
      expect(await days(table)).toEqual(['203012', '203101', '203102']);
    }
    await keepArchive(NOON);
    expect(await days('archive_attempt')).toEqual([
      '203012',
      '203101',
      '203102',
      '203104',
      '203105',
    ]);
    // January ended 103 days and 12 hours before.
    expect((await keepArchive(NOON, 104 * DAY_MS)).dropped).toEqual([
      'archive_event_203012',
      'archive_invocation_203012',
      'archive_attempt_203012',
    ]);
    expect((await keepArchive(NOON, 103 * DAY_MS)).dropped).toContain('archive_event_203101');
    expect(await days('archive_event')).toEqual(['203102', '203104', '203105']);
    // A month that is expired as a whole is not made to be dropped again.
    await keepArchive(NOON, 10 * DAY_MS);
    expect(await days('archive_event')).toEqual(['203105']);
    expect(await keepArchive(NOON, 10 * DAY_MS)).toEqual({ created: [], dropped: [], delayed: [] });
  });

  it('drops exactly the expired partitions', async () => {
    await makeDays(15);
    // The last moment of the 5th is 9.5 days before noon of the 15th.
    const edge = Date.UTC(2031, 4, 6) - NOON;
    expect((await keep({ keepMs: -edge + 1 })).dropped.every((name) => name < `x_20310505`)).toBe(
      true,
    );
    expect((await days('event'))[0]).toBe('20310505');
    expect((await keep({ keepMs: -edge })).dropped.sort()).toEqual(
      TABLES.map((table) => `${table}_20310505`),
    );
    expect((await days('invocation'))[0]).toBe('20310506');
    expect((await keep({ keepMs: -edge })).dropped).toEqual([]);
    expect((await tables()).filter((name) => name.endsWith('_20310505'))).toEqual([]);
  });

  it('drops the partitions of each table by its own retention', async () => {
    await makeDays(15);
    const kept = {
      event: 3 * DAY_MS,
      invocation: 12 * DAY_MS,
      attempt: 5 * DAY_MS,
      delta: DAY_MS,
      key_block: 3 * DAY_MS,
      rollup_minute: 2 * DAY_MS,
    };
    // Also after days without a node: all expired partitions are dropped in one run.
    const { dropped } = await keepPartitions(test.url, { nowMs: NOON, ahead: 1, keepMs: kept });
    expect(dropped).toHaveLength(13 + 13 + 4 + 11 + 15 + 14);
    expect((await days('event'))[0]).toBe('20310512');
    expect((await days('attempt'))[0]).toBe('20310510');
    expect((await days('invocation'))[0]).toBe('20310503');
  });

  it('never drops today, however short the retention', async () => {
    await keep({ keepMs: 0 });
    expect(await days('event')).toContain('20310515');
  });

  it('drops partitions of a distributed table without detaching concurrently, and gives up soon', async () => {
    await makeDays(10);
    // Citus's entry for each distributed table.
    await client.query('create table pg_dist_partition (logicalrelid regclass)');
    await client.query(`insert into pg_dist_partition values ('event'::regclass)`);
    const reader = new pg.Client({ connectionString: test.url });
    await reader.connect();
    await reader.query('begin');
    await reader.query('select from event');
    const keepMs = {
      event: 9 * DAY_MS,
      invocation: long,
      attempt: long,
      delta: long,
      key_block: long,
      rollup_minute: long,
    };
    // Concurrently it would wait here as long as the reader does.
    const first = await keepPartitions(test.url, { nowMs: NOON, ahead: 0, keepMs });
    expect(first.dropped).toEqual([]);
    await reader.end();
    const second = await keepPartitions(test.url, { nowMs: NOON, ahead: 0, keepMs });
    expect(second.dropped).toEqual(['event_20310504', 'event_20310505']);
    expect((await tables()).filter((name) => name < 'event_20310506' && name > 'event_')).toEqual(
      [],
    );
  });

  it('hands over what waits in a day once, however often Citus refuses to drop it', async () => {
    await makeDays(2);
    const webhookId = uuidFromId(newId(NOON));
    await client.query(`insert into account (id, name) values (7, 'seven')`);
    await client.query(
      `insert into webhook (
        id, account_id, name, status, subscriptions, endpoint, http_method, request_format,
        signing_secret, created_at, created_by
      ) values ($1, 7, 'test', 'active', '{*}', 'http://127.0.0.1:9', 'POST', 'json', '', now(), 'test')`,
      [webhookId],
    );
    const add = () =>
      client.query(
        `insert into invocation (lane, id, webhook_id, event_id, event_type, latest_at, due_at)
        values (0, $1, $2, $1, 'a.b', now(), now())`,
        [uuidFromId(idAt(NOON - 2 * DAY_MS)), webhookId],
      );
    await add();
    await client.query('create table pg_dist_partition (logicalrelid regclass)');
    await client.query(`insert into pg_dist_partition values ('invocation'::regclass)`);
    const reader = new pg.Client({ connectionString: test.url });
    await reader.connect();
    await reader.query('begin');
    await reader.query('select from invocation_20310513');
    const handedOver: [string, number][] = [];
    const run = async (keptDays: number) => {
      const keptMs = keptDays * DAY_MS;
      const { dropped } = await keepPartitions(test.url, {
        nowMs: NOON,
        ahead: 0,
        keepMs: {
          event: long,
          invocation: keptMs,
          attempt: long,
          delta: long,
          key_block: long,
          rollup_minute: long,
        },
        beforeExpiry: async (waiting) => {
          for (const { day, count } of waiting) handedOver.push([day, count]);
        },
      });
      return dropped;
    };
    for (let hour = 0; hour < 3; hour++) {
      expect(await run(1)).not.toContain('invocation_20310513');
      expect(handedOver).toEqual([['2031-05-13', 1]]);
    }
    // Kept for longer after all, until it ends again.
    await add();
    expect(await run(5)).toEqual([]);
    await reader.end();
    expect(await run(1)).toEqual(['invocation_20310513']);
    expect(handedOver).toEqual([
      ['2031-05-13', 1],
      ['2031-05-13', 2],
    ]);
  });

  it('hands over what waits again if that failed', async () => {
    await makeDays(2);
    await client.query(
      `insert into account (id, name) values (7, 'seven');
      insert into webhook (
        id, account_id, name, status, subscriptions, endpoint, http_method, request_format,
        signing_secret, created_at, created_by
      ) select ('00000000-0000-0000-0000-00000000000' || n)::uuid, 7, 'test', 'active', '{*}', 'http://127.0.0.1:9',
        'POST', 'json', '', now(), 'test' from generate_series(1, 2) n;
      insert into invocation (lane, id, webhook_id, event_id, event_type, latest_at, due_at)
      select 0, '${uuidFromId(idAt(NOON - 2 * DAY_MS))}', id, id, 'a.b', now(), now()
      from webhook where id::text like '%1'`,
    );
    let tries = 0;
    const run = () =>
      keepPartitions(test.url, {
        nowMs: NOON,
        ahead: 0,
        keepMs: {
          event: long,
          invocation: DAY_MS,
          attempt: long,
          delta: long,
          key_block: long,
          rollup_minute: long,
        },
        beforeExpiry: async () => {
          if (++tries === 1) throw new Error('the audit could not be written');
        },
      });
    await expect(run()).rejects.toThrow('the audit could not be written');
    expect(await days('invocation')).toContain('20310513');
    await run();
    expect(tries).toBe(2);
    expect(await days('invocation')).not.toContain('20310513');
  });

  it('commits what is written for a day with the mark that it was handed over', async () => {
    await makeDays(2);
    await client.query(
      `insert into account (id, name) values (7, 'seven');
      insert into webhook (
        id, account_id, name, status, subscriptions, endpoint, http_method, request_format,
        signing_secret, created_at, created_by
      ) select ('00000000-0000-0000-0000-00000000000' || n)::uuid, 7, 'test', 'active', '{*}', 'http://127.0.0.1:9',
        'POST', 'json', '', now(), 'test' from generate_series(1, 3) n;
      insert into invocation (lane, id, webhook_id, event_id, event_type, latest_at, due_at)
      select 0, '${uuidFromId(idAt(NOON - 2 * DAY_MS))}', id, id, 'a.b', now(), now() from webhook`,
    );
    const clock = { now: () => Date.now() };
    /** `fail` is called after each row that is written. */
    const run = (fail: (written: number, signal: AbortController) => void) => {
      const aborting = new AbortController();
      return keepPartitions(test.url, {
        nowMs: NOON,
        ahead: 0,
        keepMs: {
          event: long,
          invocation: DAY_MS,
          attempt: long,
          delta: long,
          key_block: long,
          rollup_minute: long,
        },
        signal: aborting.signal,
        async beforeExpiry(waiting, runner) {
          let written = 0;
          for (const { accountId, webhookId } of waiting) {
            const act = { operation: 'expireInvocations', by: undefined };
            const target = { targetType: 'webhook', targetId: webhookId } as const;
            await writeAudit(runner, clock, { accountId, act, ...target });
            fail(++written, aborting);
          }
        },
      });
    };
    const audited = async () =>
      (await client.query('select target_id from audit')).rows.map((row) => row.target_id).sort();
    // The second row fails; the node dies between the last row and the mark.
    await expect(
      run((written) => {
        if (written === 2) throw new Error('refused');
      }),
    ).rejects.toThrow('refused');
    expect(await audited()).toEqual([]);
    await expect(
      run((written, signal) => {
        if (written === 3) signal.abort();
      }),
    ).rejects.toThrow();
    expect(await audited()).toEqual([]);
    await run(() => undefined);
    const webhooks = [1, 2, 3].map((n) => idFromUuid(`00000000-0000-0000-0000-00000000000${n}`));
    expect(await audited()).toEqual(webhooks);
    expect(await days('invocation')).not.toContain('20310513');
  });

  it('waits for others for longer than a timeout of its role or its database', async () => {
    await makeDays(3);
    const { rows } = await client.query<{ name: string }>('select current_database() as name');
    for (const timeout of ['statement_timeout', 'lock_timeout', 'idle_session_timeout']) {
      await client.query(`alter database "${rows[0]?.name}" set ${timeout} = '250ms'`);
    }
    await client.query('set idle_session_timeout = 0');
    const reader = new pg.Client({ connectionString: test.url });
    await reader.connect();
    await reader.query('begin; set local statement_timeout = 0; select from event');
    const kept = keep({ keepMs: DAY_MS });
    await eventually('it to wait', async () => {
      const waiting = await client.query(
        `select from pg_stat_activity where datname = current_database()
        and application_name = 'hooktrail keeper' and wait_event_type = 'Lock'
        and query_start < clock_timestamp() - interval '500 ms'`,
      );
      return waiting.rowCount === 1;
    });
    await reader.end();
    expect((await kept).dropped).toContain('event_20310513');
  });

  it('leaves a partition alone that it did not create', async () => {
    await keep();
    await client.query(
      `create table event_archive partition of event for values from ('${uuidFromId(firstIdAt(0))}')
      to ('${uuidFromId(firstIdAt(DAY_MS))}')`,
    );
    expect((await keep()).dropped).toEqual([]);
    expect(await days('event')).toContain('archive');
  });

  it('lets several keepers run at the same time', async () => {
    await makeDays(14);
    const changes = await Promise.all(
      Array.from({ length: 6 }, () => keep({ keepMs: 5 * DAY_MS })),
    );
    const created = changes.flatMap((change) => change.created);
    const dropped = changes.flatMap((change) => change.dropped);
    expect(created).toHaveLength(18);
    expect(new Set(created).size).toBe(18);
    expect(new Set(dropped).size).toBe(dropped.length);
    expect((await days('event'))[0]).toBe('20310510');
  });

  it('recreates a table that a crash left unattached', async () => {
    await client.query('create table invocation_20310516 (like invocation)');
    expect((await keep()).created).toContain('invocation_20310516');
    expect(await days('invocation')).toContain('20310516');
  });

  it.each(['event_20310501', 'event_20310502', 'event_20310503'])(
    'finishes an interrupted detaching of %s, whichever it was',
    async (partition) => {
      await makeDays(15);
      await interruptDetach('event', partition);
      await keep({ keepMs: 8 * DAY_MS });
      expect((await days('event'))[0]).toBe('20310507');
      expect((await tables()).filter((name) => name < 'event_20310507' && name > 'event_')).toEqual(
        [],
      );
    },
  );

  it('creates partitions while a detaching is interrupted', async () => {
    await makeDays(3);
    await interruptDetach('event', 'event_20310512');
    expect((await keep()).created).toContain('event_20310516');
  });

  it('drops a partition that a crash left detached', async () => {
    await makeDays(15);
    const reader = new pg.Client({ connectionString: test.url });
    await reader.connect();
    await reader.query('begin');
    await reader.query('select from attempt_20310501');
    const [kept] = await Promise.allSettled([
      keep({ keepMs: 8 * DAY_MS }),
      eventually('a keeper that detaches', async () => {
        const { rows } = await client.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
          where application_name = 'hooktrail keeper' and datname = current_database()
            and query like '%detach%' and wait_event_type = 'Lock'`,
        );
        return rows.length > 0;
      }),
    ]);
    expect(kept.status).toBe('rejected');
    await reader.end();
    // The state of a keeper that was stopped between detaching and dropping.
    await client.query('alter table attempt detach partition attempt_20310501 finalize');
    expect(await days('attempt')).not.toContain('20310501');
    expect(await tables()).toContain('attempt_20310501');

    await keep({ keepMs: 8 * DAY_MS });
    expect(await tables()).not.toContain('attempt_20310501');
  });

  it('leaves a partition alone that an operator detached', async () => {
    await makeDays(15);
    await client.query('alter table attempt detach partition attempt_20310503');
    await keep({ keepMs: 8 * DAY_MS });
    expect(await tables()).toContain('attempt_20310503');
  });

  it('forgets a removal that did not get to its detaching, once the rows are kept for longer', async () => {
    await makeDays(15);
    await client.query(
      `comment on table attempt_20310503 is 'Hooktrail removes this partition: its rows are older than the retention'`,
    );
    await keep({ keepMs: 100 * DAY_MS });
    expect(await days('attempt')).toContain('20310503');
    // Nothing says any more that it is ours to drop.
    await client.query('alter table attempt detach partition attempt_20310503');
    await keep({ keepMs: 8 * DAY_MS });
    expect(await tables()).toContain('attempt_20310503');
  });

  it('fails without permission, and works the next time', async () => {
    await expect(
      keepPartitions('postgresql://127.0.0.1:1/nothing', {
        nowMs: NOON,
        ahead: 1,
        keepMs: DAY_MS,
      }),
    ).rejects.toThrow(/ECONNREFUSED/);
    expect((await keep()).created).toHaveLength(30 + 3);
  });
});

describe('while events are accepted and delivered', () => {
  const nowMs = Date.now();
  let database: Database;
  beforeEach(() => {
    database = openDatabase(test.url, { connections: 8, log: pino({ level: 'silent' }) });
  });
  afterEach(() => database.close());

  /** One event from its acceptance to its record. */
  async function deliverOne(): Promise<void> {
    const webhookId = newId(nowMs);
    const lane = laneOf(webhookId);
    const id = idAt(nowMs);
    await database.run(insertEvents, {
      versions: [],
      events: [{ id, accountId: 1, type: 'a.b', body: '{}' }],
      invocations: [{ id, lane, webhookId, eventId: id, eventType: 'a.b', leased: false }],
      nowMs,
      leaseMs: 30_000,
    });
    const [row] = await database.run(claimInvocations, {
      lane,
      wanted: [{ webhookId, room: 1 }],
      leaseMs: 30_000,
    });
    expect(row?.id).toBe(id);
    const lease = {
      lane,
      webhookId,
      invocationId: id,
      leasedUntilMs: row?.due_at.getTime() as number,
    };
    const recorded = await database.run(recordOutcomes, {
      outcomes: [outcomeOf(lease)],
      repeated: false,
    });
    expect(recorded).toHaveLength(1);
  }

  it('creates and drops partitions without an error in any statement, and loses nothing', async () => {
    for (let ago = 20; ago >= 0; ago--) {
      await keepPartitions(test.url, {
        nowMs: nowMs - ago * DAY_MS,
        ahead: 0,
        keepMs: 30 * DAY_MS,
      });
    }
    let stopped = false;
    let delivered = 0;
    const deliverers = Array.from({ length: 6 }, async () => {
      while (!stopped) {
        await deliverOne();
        delivered++;
      }
    });
    await eventually('some deliveries', () => delivered > 20);
    for (const [ahead, keepDays] of [
      [3, 15],
      [6, 10],
      [9, 2],
    ] as const) {
      const before = delivered;
      await keepPartitions(test.url, { nowMs, ahead, keepMs: keepDays * DAY_MS });
      await eventually('more deliveries', () => delivered > before + 20);
    }
    stopped = true;
    await Promise.all(deliverers);
    const { rows } = await client.query<{ count: number }>(
      `select count(*)::int as count from invocation i
      join attempt a on a.lane = i.lane and a.invocation_id = i.id where i.attempts_count = 1`,
    );
    expect(rows[0]?.count).toBe(delivered);
  });

  it('creates partitions without waiting for a long reader', async () => {
    await keepPartitions(test.url, { nowMs, ahead: 0, keepMs: 30 * DAY_MS });
    await client.query('begin');
    await client.query('select from invocation, event, attempt');
    await keepPartitions(test.url, { nowMs, ahead: 3, keepMs: 30 * DAY_MS });
    await deliverOne();
    await client.query('commit');
  });
});
