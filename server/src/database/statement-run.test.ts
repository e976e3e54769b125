import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { StatementRun } from './statement-run.ts';
import { TimeLimit } from './time-limit.ts';

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  client.on('error', () => undefined);
  await client.connect();
  await client.query('create table thing (id integer primary key, at timestamptz, list text[])');
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

const types = {
  getTypeParser: (oid: number) => (text: string) => {
    if (text === 'unreadable') throw new Error('cannot read it');
    return `${oid}:${text}`;
  },
} as unknown as pg.CustomTypesConfig;

const run = (name: string, text: string, values: unknown[] = [], limitMs = 20_000, on = client) =>
  new Promise<unknown[]>((resolve, reject) => {
    const limit = new TimeLimit(limitMs);
    const one = new StatementRun({
      name,
      text,
      values,
      types,
      limit,
      onEnd: (error, rows) => (error === undefined ? resolve(rows) : reject(error)),
    });
    one.start(on);
  });

/** The messages of the server during `work`. */
async function messages(work: () => Promise<unknown>): Promise<string[]> {
  const { connection } = client;
  const names: string[] = [];
  const on = ({ name }: { readonly name: string }) => names.push(name);
  const events = ['parseComplete', 'rowDescription', 'bindComplete', 'commandComplete'];
  for (const event of events) connection.on(event, on);
  await work();
  for (const event of events) connection.removeListener(event, on);
  return names;
}

test('prepares, and asks for the columns, once for each connection', async () => {
  const select = () => run('one', 'select $1::integer as a, $2::text as b', [1, 'x']);
  const first = ['parseComplete', 'bindComplete', 'rowDescription', 'commandComplete'];
  expect(await messages(select)).toEqual(first);
  expect(await messages(select)).toEqual(['bindComplete', 'commandComplete']);
  expect(await select()).toEqual([{ a: '23:1', b: '25:x' }]);
  const other = new pg.Client({ connectionString: database.url });
  await other.connect();
  expect(
    await run('one', 'select $1::integer as a, $2::text as b', [1, 'x'], 20_000, other),
  ).toEqual([{ a: '23:1', b: '25:x' }]);
  await other.end();
});

test('prepares what has no name each time, and reads its own columns', async () => {
  expect(await run('', 'select 1 as one')).toEqual([{ one: '23:1' }]);
  expect(await run('', 'select 2 as two, $1::text as three', ['3'])).toEqual([
    { two: '23:2', three: '25:3' },
  ]);
  expect(await run('', 'select 1 as one')).toEqual([{ one: '23:1' }]);
});

test('runs statements without rows, and without columns, again and again', async () => {
  const insert = 'insert into thing values ($1, $2, $3)';
  const at = new Date('2031-05-15T12:00:00.123Z');
  for (const id of [1, 2, 3]) {
    expect(await run('insert', insert, [id, at, ['a"b', null, '{}']])).toEqual([]);
  }
  const { rows } = await client.query('select at, list from thing');
  expect(rows).toEqual(Array(3).fill({ at, list: ['a"b', null, '{}'] }));
  for (const _ of [1, 2]) {
    expect(await run('none', 'select id from thing where id > $1', [3])).toEqual([]);
    expect(await run('many', 'select id from thing where id > $1 order by id', [1])).toEqual([
      { id: '23:2' },
      { id: '23:3' },
    ]);
    expect(await run('empty', '')).toEqual([]);
  }
});

test('takes values of all kinds, the largest in one message', async () => {
  const bytes = Buffer.alloc(1024 * 1024, 7);
  const text = `select $1::bytea = $2::bytea as same, $3::boolean as yes, $4::text is null as none,
    $5::json->>'a' as json, $6::text as wide`;
  const values = [bytes, new Uint8Array(bytes), true, undefined, { a: 'é' }, 'é😀'];
  for (const _ of [1, 2]) {
    expect(await run('kinds', text, values)).toEqual([
      { same: '16:t', yes: '16:t', none: '16:t', json: '25:é', wide: '25:é😀' },
    ]);
  }
});

test('fails by itself, and can be run again on the same connection', async () => {
  const divide = (by: number) => run('divide', 'select 6 / $1::integer as part', [by]);
  // Prepared and described, but never run to its end.
  await expect(divide(0)).rejects.toMatchObject({ code: '22012' });
  expect(await divide(2)).toEqual([{ part: '23:3' }]);
  await expect(divide(0)).rejects.toBeInstanceOf(pg.DatabaseError);
  expect(await divide(3)).toEqual([{ part: '23:2' }]);
  // Not prepared at all.
  for (const _ of [1, 2]) {
    await expect(run('wrong', 'selekt')).rejects.toMatchObject({ code: '42601' });
  }
  expect(await run('wrong', 'select 1 as one')).toEqual([{ one: '23:1' }]);
  await expect(run('wrong', 'select 2 as two')).rejects.toThrow(
    'two statements have the name "wrong"',
  );
  expect(await run('wrong', 'select 1 as one')).toEqual([{ one: '23:1' }]);
});

test('fails when its columns have changed, as PostgreSQL says', async () => {
  await client.query('create table changing (a integer)');
  const select = () => run('changing', 'select * from changing');
  expect(await select()).toEqual([]);
  await client.query('alter table changing add b integer');
  await expect(select()).rejects.toMatchObject({ code: '0A000' });
});

test('fails when a row cannot be read, after all of it has come', async () => {
  await expect(run('bad', `select 'unreadable' as a`)).rejects.toThrow('cannot read it');
  expect(await run('one more', `select 'x' as a`)).toEqual([{ a: '25:x' }]);
});

test('fails by itself when its values do not fit in a message', async () => {
  await expect(run('full', 'select 1', Array(70_000).fill(1))).rejects.toThrow(RangeError);
  expect(await run('full', 'select 1 as one')).toEqual([{ one: '23:1' }]);
});

test('is given up while its connection is busy, and never runs then', async () => {
  const other = new pg.Client({ connectionString: database.url });
  await other.connect();
  await client.query('select pg_advisory_lock(1)');
  const busy = other.query('select pg_advisory_lock(1)');
  await expect(run('late', 'create table late ()', [], 30, other)).rejects.toThrow(
    'Query read timeout',
  );
  await client.query('select pg_advisory_unlock(1)');
  await busy;
  const { rows } = await other.query(`select to_regclass('late') as late`);
  expect(rows).toEqual([{ late: null }]);
  await other.end();
});

test('ends when it takes too long, and when its connection is lost', async () => {
  const other = new pg.Client({ connectionString: database.url });
  other.on('error', () => undefined);
  await other.connect();
  await expect(run('sleep', 'select pg_sleep(600)', [], 30, other)).rejects.toThrow(
    'Query read timeout',
  );
  const next = run('after', 'select 1', [], 20_000, other);
  other.connection.stream.destroy();
  await expect(next).rejects.toThrow(/terminated/);
  // PostgreSQL would sleep on.
  const { processID } = other as pg.Client & { readonly processID: number };
  await client.query('select pg_terminate_backend($1, 10000)', [processID]);
});

test('runs others first, in its transaction, and returns nothing of them', async () => {
  const runAfter = (name: string, before: { name: string; text: string }[], text: string) =>
    new Promise<unknown[]>((resolve, reject) => {
      const onEnd = (error: Error | undefined, rows: unknown[]) =>
        error === undefined ? resolve(rows) : reject(error);
      const limit = new TimeLimit(20_000);
      new StatementRun({ name, text, values: [], types, limit, before, onEnd }).start(client);
    });
  const before = [
    { name: 'first', text: `select set_config('our.first', 'done', true)` },
    { name: 'second', text: 'insert into thing (id) select 901 from generate_series(1, 1)' },
  ];
  const text = `select current_setting('our.first') as first, count(*) from thing where id = 901`;
  expect(await runAfter('after', before, text)).toEqual([{ first: '25:done', count: '20:1' }]);
  await client.query('delete from thing where id = 901');
  expect(await runAfter('after', before, text)).toEqual([{ first: '25:done', count: '20:1' }]);
  await client.query('delete from thing where id = 901');
  const refused = [
    ...before,
    { name: 'refused', text: 'select 1 / count(*) from thing where id = -1' },
  ];
  await expect(runAfter('after', refused, text)).rejects.toThrow('division by zero');
  expect((await client.query('select from thing where id = 901')).rowCount).toBe(0);
});
