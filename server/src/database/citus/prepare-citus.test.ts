import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { sql } from '../../testing/test-node.ts';
import { DISTRIBUTED_TABLES, REFERENCE_TABLES } from './citus-tables.ts';
import { prepareCitus } from './prepare-citus.ts';

const log = pino({ level: 'silent' });
const MAIN = fileURLToPath(new URL('../../../dist/database/citus/main.js', import.meta.url));

let test: TestDatabase;
beforeEach(async () => {
  test = await createTestDatabase();
});
afterEach(() => test.drop());

const prepare = () => prepareCitus(test.url, log);

/**
 * A stand-in for Citus: its catalog, and functions with the documented names and parameters, which
 * record their calls. It shows what we ask of Citus, not what Citus does.
 */
async function standIn(): Promise<void> {
  await sql(
    test.url,
    `create table pg_dist_node (shouldhaveshards boolean, isactive boolean, noderole text);
    create table pg_dist_partition (logicalrelid regclass primary key, partmethod "char");
    create table called (
      place integer generated always as identity, function text, name text, distribution_column text,
      colocate_with text, shard_count integer, sequential text
    );
    create function create_distributed_table(
      table_name regclass, distribution_column text, distribution_type text default 'hash',
      colocate_with text default 'default', shard_count integer default null
    ) returns void language sql as $$
      insert into pg_dist_partition values (table_name, 'h');
      insert into called (function, name, distribution_column, colocate_with, shard_count, sequential)
      values ('create_distributed_table', table_name, distribution_column, colocate_with, shard_count,
        current_setting('citus.multi_shard_modify_mode', true))
    $$;
    create function create_reference_table(table_name regclass) returns void language sql as $$
      insert into pg_dist_partition values (table_name, 'n');
      insert into called (function, name, sequential)
      values ('create_reference_table', table_name, current_setting('citus.multi_shard_modify_mode', true))
    $$`,
  );
}

const called = () => sql(test.url, 'select * from called order by place');

/** The tables of the schema, without partitions and the stand-in's own. */
async function schemaTables(): Promise<string[]> {
  const rows = await sql<{ name: string }>(
    test.url,
    `select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
      and relname not in ('pg_dist_node', 'pg_dist_partition', 'called')
    order by 1`,
  );
  return rows.map(({ name }) => name);
}

describe('the placement of the tables', () => {
  it('covers every table of the schema, and no other', async () => {
    expect([...DISTRIBUTED_TABLES, ...REFERENCE_TABLES].sort()).toEqual(await schemaTables());
  });

  it('is by lane for exactly the tables with a lane', async () => {
    const rows = await sql<{ name: string }>(
      test.url,
      `select attrelid::regclass::text as name from pg_attribute
      join pg_class c on c.oid = attrelid and relkind in ('r', 'p') and not relispartition
      where attname = 'lane' and atttypid = 'smallint'::regtype order by 1`,
    );
    expect(rows.map(({ name }) => name)).toEqual([...DISTRIBUTED_TABLES].sort());
  });

  it('allows every unique index and foreign key: Citus requires the lane, and references only', async () => {
    const rows = await sql<{ table: string; columns: string[] }>(
      test.url,
      `select indrelid::regclass::text as table, (
        select array_agg(attname::text) from pg_attribute
        where attrelid = indrelid and attnum = any (indkey::smallint[])
      ) as columns
      from pg_index join pg_class c on c.oid = indrelid
      where indisunique and relnamespace = 'public'::regnamespace`,
    );
    const distributed = rows.filter(({ table }) => DISTRIBUTED_TABLES.some((one) => one === table));
    expect(distributed).toHaveLength(DISTRIBUTED_TABLES.length);
    for (const { columns } of distributed) expect(columns).toContain('lane');
    const keys = await sql<{ from: string; to: string }>(
      test.url,
      `select conrelid::regclass::text as from, confrelid::regclass::text as to
      from pg_constraint where contype = 'f'`,
    );
    expect(keys.length).toBeGreaterThan(0);
    const order = REFERENCE_TABLES as readonly string[];
    for (const { from, to } of keys) {
      expect(order).toContain(to);
      if (order.includes(from)) expect(order.indexOf(to)).toBeLessThan(order.indexOf(from));
    }
  });
});

describe('prepareCitus', () => {
  it('refuses a PostgreSQL without Citus', async () => {
    await expect(prepare()).rejects.toThrow(
      /not part of a Citus cluster: install Citus, run "create ext/,
    );
  });

  it('creates the reference tables, then colocates the others with the first', async () => {
    await standIn();
    const done = await prepare();
    expect(done).toEqual([...REFERENCE_TABLES, ...DISTRIBUTED_TABLES]);
    const reference = (name: string) =>
      expect.objectContaining({
        function: 'create_reference_table',
        name,
        sequential: 'sequential',
      });
    const distributed = (name: string, colocate_with: string, shard_count: number | null) =>
      expect.objectContaining({
        function: 'create_distributed_table',
        name,
        distribution_column: 'lane',
        colocate_with,
        shard_count,
        sequential: 'sequential',
      });
    expect(await called()).toEqual([
      ...[
        'account',
        'token',
        'session',
        'saved_view',
        'inbox',
        'webhook',
        'deleted_webhook',
        'source',
        'archive_webhook',
        'archive_gap',
        'reconcile_hour',
        'reconcile_due',
        'audit',
        'setting',
        'search_filter',
        'migration',
        'writer',
        'job',
        'job_webhook',
        'job_item',
        'job_file',
        'erase_item',
        'export_node',
        'node',
        'endpoint_certificate',
        'storage_sample',
        'alert_rule',
        'alert_mute',
        'alert_watch',
        'alert',
        'alert_route',
        'alert_notice',
        'alert_lease',
      ].map(reference),
      distributed('event', 'none', 1),
      distributed('invocation', 'event', null),
      distributed('attempt', 'event', null),
      distributed('archive_event', 'event', null),
      distributed('archive_invocation', 'event', null),
      distributed('archive_attempt', 'event', null),
      distributed('archive_wanted', 'event', null),
      distributed('reconcile_row', 'event', null),
      distributed('idempotency_key', 'event', null),
      distributed('breaker', 'event', null),
      distributed('handshake', 'event', null),
      distributed('delivery_count', 'event', null),
      distributed('rate_window', 'event', null),
      distributed('delta', 'event', null),
      distributed('rollup_minute', 'event', null),
      distributed('rollup_hour', 'event', null),
      distributed('rollup_day', 'event', null),
      distributed('rollup_due', 'event', null),
      distributed('key_batch', 'event', null),
      distributed('key_block', 'event', null),
    ]);
  });

  it('makes a shard for each machine that may have some', async () => {
    await standIn();
    await sql(
      test.url,
      `insert into pg_dist_node (shouldhaveshards, isactive, noderole) values
      (false, true, 'primary'), (true, true, 'primary'), (true, true, 'primary'), (true, true, 'primary'),
      (true, true, 'secondary'), (true, false, 'primary')`,
    );
    await prepare();
    expect(await sql(test.url, `select shard_count from called where name = 'event'`)).toEqual([
      { shard_count: 3 },
    ]);
  });

  it('does nothing the second time, and only the rest after an update', async () => {
    await standIn();
    await prepare();
    expect(await prepare()).toEqual([]);
    await sql(test.url, `insert into account (id, name) values (1, 'main')`);
    expect(await prepare()).toEqual([]);
    await sql(
      test.url,
      `delete from pg_dist_partition where logicalrelid = 'rate_window'::regclass`,
    );
    expect(await prepare()).toEqual(['rate_window']);
  });

  it('refuses tables with rows, all or none', async () => {
    await standIn();
    await sql(test.url, `insert into account (id, name) values (1, 'main')`);
    await sql(test.url, `insert into setting values ('x', 'y')`);
    await expect(prepare()).rejects.toThrow(
      /there are rows in account, setting: only a new database/,
    );
    expect(await called()).toEqual([]);
  });

  it('undoes everything when one table fails', async () => {
    await standIn();
    await sql(test.url, `insert into pg_dist_partition values ('attempt'::regclass, 'h')`);
    await sql(
      test.url,
      `create function refuse() returns trigger language plpgsql as $$ begin raise 'no'; end $$;
      create trigger refuse before insert on pg_dist_partition for each row
      when (new.partmethod = 'h') execute function refuse()`,
    );
    await expect(prepare()).rejects.toThrow('no');
    expect(await called()).toEqual([]);
  });
});

describe('npm run citus:prepare', () => {
  const run = (env: Record<string, string>, ...given: string[]) =>
    promisify(execFile)(process.execPath, [MAIN, ...given], { env }).then(
      ({ stdout }) => stdout,
      (error: { stderr: string }) => error.stderr,
    );

  it('prints what it did, or why it did nothing', async () => {
    expect(await run({})).toBe(
      'citus:prepare: The settings are not valid:\n  HOOKTRAIL_DATABASE_URL must be set\n',
    );
    expect(await run({ HOOKTRAIL_DATABASE_URL: test.url })).toMatch(
      /^citus:prepare: this database is not/,
    );
    await standIn();
    const env = { HOOKTRAIL_DATABASE_URL: test.url };
    expect(await run(env)).toMatch(/^distributed account, .*key_block\n$/);
    expect(await run(env)).toBe('nothing to do: all tables are distributed\n');
  });

  it('makes as many shards as it is asked for, and refuses what no cluster has', async () => {
    const env = { HOOKTRAIL_DATABASE_URL: test.url };
    for (const given of ['0', '65', '1.5', 'x', '']) {
      expect(await run(env, '--shards', given)).toBe(
        'citus:prepare: --shards must be a whole number from 1 to 64\n',
      );
    }
    await standIn();
    expect(await run(env, '--shards', '16')).toMatch(/^distributed account, /);
    expect(await sql(test.url, `select shard_count from called where name = 'event'`)).toEqual([
      { shard_count: 16 },
    ]);
  });
});
