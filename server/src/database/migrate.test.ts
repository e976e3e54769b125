import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { migrate } from './migrate.ts';
import { MigrationError } from './migration-error.ts';
import { readMigrations } from './read-migrations.ts';

const log = pino({ level: 'silent' });
let folder: string;
let url: string;
let name: string;

async function query(sql: string, databaseUrl = url): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

const write = (file: string, sql: string) => writeFile(join(folder, file), sql);
const run = () => migrate(url, log, pathToFileURL(`${folder}/`));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hooktrail-migrations-'));
  name = `${inject('templateDatabase')}_migrate_${Math.random().toString(36).slice(2)}`;
  await query(`create database ${name}`, inject('postgresUrl'));
  const databaseUrl = new URL(inject('postgresUrl'));
  databaseUrl.pathname = name;
  url = databaseUrl.href;
});

afterEach(async () => {
  await query(`drop database ${name}`, inject('postgresUrl'));
  await rm(folder, { recursive: true });
});

describe('migrate', () => {
  test('runs the migrations of this version once', async () => {
    await migrate(url, log);
    const first = await query('select number, applied_at from migration order by number');
    await migrate(url, log);
    const second = await query('select number, applied_at from migration order by number');
    expect(first.rowCount).toBeGreaterThan(0);
    expect(second.rows).toEqual(first.rows);
  });

  test('runs only new migrations, in order', async () => {
    await write('0001-one.sql', 'create table one (a int); insert into one values (1);');
    await run();
    await write('0002-two.sql', 'update one set a = a * 10;');
    await write('0003-three.sql', 'update one set a = a + 1;');
    await run();
    expect((await query('select a from one')).rows).toEqual([{ a: 11 }]);
    expect((await query('select file from migration order by number')).rows).toEqual([
      { file: '0001-one.sql' },
      { file: '0002-two.sql' },
      { file: '0003-three.sql' },
    ]);
  });

  test('several nodes that start together run every migration once', async () => {
    await write('0001-one.sql', 'create table one (a int); insert into one values (0);');
    await write('0002-slow.sql', 'update one set a = a + 1; select pg_sleep(0.2);');
    await Promise.all(Array.from({ length: 8 }, run));
    expect((await query('select a from one')).rows).toEqual([{ a: 1 }]);
    expect((await query('select from migration')).rowCount).toBe(2);
  });

  test('a migration that fails is rolled back and reported with its line and column', async () => {
    await write('0001-one.sql', 'create table one (a int);');
    await write(
      '0002-broken.sql',
      "create table two (a int);\n-- \u{1f41f} ä\ninsert into two values (1);\n  select '\u{1f41f}', nope from two;\n",
    );
    await expect(run()).rejects.toThrow(
      /^Migration 0002-broken\.sql:4:15 failed: column "nope" does not exist$/,
    );
    expect((await query(`select to_regclass('two') as two`)).rows).toEqual([{ two: null }]);
    expect((await query('select file from migration')).rows).toEqual([{ file: '0001-one.sql' }]);

    await write('0002-broken.sql', 'create table two (a int);');
    await run();
    expect((await query('select from two')).rowCount).toBe(0);
  });

  test('on a Citus cluster, statements run one by one, and the place is that in the file', async () => {
    // A stand-in: what we ask is whether Citus has the table.
    await write(
      '0001-one.sql',
      "create table pg_dist_partition (logicalrelid regclass); create table invocation (a text); insert into pg_dist_partition values ('invocation')",
    );
    await write(
      '0002-two.sql',
      'insert into invocation values (current_query());\nupdate invocation set a = a;',
    );
    await run();
    expect((await query('select a from invocation')).rows).toEqual([
      { a: 'insert into invocation values (current_query())' },
    ]);
    await write(
      '0003-broken.sql',
      "select 1;\n-- \u{1f41f} ä\nselect 1;\n  select '\u{1f41f}', nope from invocation;\n",
    );
    await expect(run()).rejects.toThrow(/^Migration 0003-broken\.sql:4:15 failed: column "nope"/);
  });

  test('an edited migration is refused', async () => {
    await write('0001-one.sql', 'create table one (a int);');
    await run();
    await write('0001-one.sql', 'create table one (a int);\r\n');
    await expect(run()).rejects.toThrow(/^Migration 0001-one\.sql is not the one that was applied/);
  });

  test('Windows line endings do not count as an edit', async () => {
    await write('0001-one.sql', 'create table one (\n  a int\n);\n');
    await run();
    await write('0001-one.sql', 'create table one (\r\n  a int\r\n);\r\n');
    await run();
  });

  test('a database of a newer version is refused', async () => {
    await write('0001-one.sql', 'create table one (a int);');
    await write('0002-two.sql', 'create table two (a int);');
    await run();
    await rm(join(folder, '0002-two.sql'));
    await expect(run()).rejects.toThrow(
      /newer than this Hooktrail: it has migration 0002-two\.sql, and the last one of this version is 0001-one\.sql/,
    );
  });

  test.each([['0002-gap.sql'], ['1-short.sql'], ['0001_underscore.sql'], ['0001-readme.md']])(
    'a file called %s is refused',
    async (file) => {
      await write(file, 'select 1;');
      await expect(run()).rejects.toThrow(MigrationError);
    },
  );
});

/** As accepting and recording lock them: nodes work while migrations run. */
const LOCK_ORDER = ['event', 'invocation', 'attempt'];

test('each migration locks the tables of the trail in the order of the statements', async () => {
  const migrations = await readMigrations(new URL('../../migrations/', import.meta.url));
  // The first one makes the tables.
  for (const { file, sql } of migrations.slice(1)) {
    const locked = [...sql.matchAll(/^ *(?:alter table|create index \w+ on) (\w+)/gm)]
      .map(([, table = '']) => LOCK_ORDER.indexOf(table))
      .filter((place) => place >= 0);
    const first = [...new Set(locked)];
    expect(first, file).toEqual([...first].sort());
  }
  expect(migrations.length).toBeGreaterThan(10);
});
