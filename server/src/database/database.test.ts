import { createServer, type Socket } from 'node:net';
import { eventually } from '@hooktrail/harness/eventually';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newId, uuidFromId } from '../model/ids.ts';
import { Unavailable } from '../model/unavailable.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { type Database, openDatabase, type Runner } from './database.ts';
import type { Query } from './query.ts';

const log = pino({ level: 'silent' });

let test: TestDatabase;
let database: Database;
let admin: pg.Client;
beforeAll(async () => {
  test = await createTestDatabase();
  database = openDatabase(test.url, { connections: 3, log });
  admin = new pg.Client({ connectionString: test.url });
  await admin.connect();
  await admin.query('create table note (id integer primary key, text text)');
});
afterAll(async () => {
  await admin.end();
  await database.close();
  await test.drop();
});
const opened: Database[] = [];
afterEach(async () => {
  for (const other of opened.splice(0)) await other.close();
  await admin.query('delete from note');
});

function open(url: string): Database {
  const other = openDatabase(url, { connections: 2, log });
  opened.push(other);
  return other;
}

let names = 0;
const raw = <Row>(text: string): Query<unknown[], Row> => ({
  name: `raw ${++names}`,
  text,
  values: (values) => values,
});
const insert = raw<never>('insert into note (id, text) values ($1, $2)');
const backend = raw<{ pid: number }>('select pg_backend_pid() as pid');

async function notes(): Promise<number[]> {
  const { rows } = await admin.query<{ id: number }>('select id from note order by id');
  return rows.map(({ id }) => id);
}

async function terminate(runner: Runner): Promise<void> {
  const [row] = await runner.run(backend, []);
  await admin.query('select pg_terminate_backend($1)', [row?.pid]);
}

describe('a statement of one day', () => {
  const of = (id: number) => ({
    ...insert,
    name: `whole ${++names}`,
    ofDay: () => ({
      ...insert,
      name: `of day ${id}`,
      text: insert.text.replace('note', `note_${id}`),
    }),
  });

  it('runs on the partition of its day', async () => {
    await admin.query('create table note_20310515 (like note)');
    await database.run(of(20310515), [1, 'a']);
    const { rows } = await admin.query('select id from note_20310515');
    expect(rows).toEqual([{ id: 1 }]);
    expect(await notes()).toEqual([]);
    await admin.query('drop table note_20310515');
  });

  it('runs on all days where there is no such partition, and does not try again', async () => {
    const statement = of(20310516);
    await database.run(statement, [1, 'a']);
    await admin.query('create table note_20310516 (like note)');
    await database.run(statement, [2, 'b']);
    expect(await notes()).toEqual([1, 2]);
    await admin.query('drop table note_20310516');
  });

  it('is of all days in a transaction, where nothing can follow a failure', async () => {
    await database.transaction((runner) => runner.run(of(20310517), [1, 'a']));
    expect(await notes()).toEqual([1]);
  });
});

describe('run', () => {
  it('returns ids, numbers and times in our types', async () => {
    const id = newId(Date.now());
    const types = raw<Record<string, unknown>>(
      `select $1::uuid as id, 9007199254740991::bigint as big, true as yes, null as nothing,
      '2031-05-15T12:00:00.123Z'::timestamptz as at, '\\x00ff'::bytea as bytes,
      array['a', 'b'] as list`,
    );
    expect(await database.run(types, [uuidFromId(id)])).toEqual([
      {
        id,
        big: Number.MAX_SAFE_INTEGER,
        yes: true,
        nothing: null,
        at: new Date('2031-05-15T12:00:00.123Z'),
        bytes: Buffer.from([0, 255]),
        list: ['a', 'b'],
      },
    ]);
  });

  it('plans once, for indexes', async () => {
    for (const [name, value] of [
      ['plan_cache_mode', 'force_generic_plan'],
      ['enable_seqscan', 'off'],
      ['enable_hashjoin', 'off'],
      ['enable_mergejoin', 'off'],
      ['enable_incremental_sort', 'off'],
      ['jit', 'off'],
    ]) {
      expect(await database.run(raw(`show ${name}`), [])).toEqual([{ [name as string]: value }]);
    }
  });

  it("throws PostgreSQL's error unchanged", async () => {
    await database.run(insert, [1, 'a']);
    await expect(database.run(insert, [1, 'b'])).rejects.toMatchObject({
      name: 'error',
      code: '23505',
    });
    await expect(database.run(raw('select 1/0'), [])).rejects.toBeInstanceOf(pg.DatabaseError);
    await expect(database.run(raw('selekt'), [])).rejects.toMatchObject({ code: '42601' });
    expect(await notes()).toEqual([1]);
  });

  it.each([
    ['57P01', 'is shut down'],
    ['57P03', 'is starting'],
    ['53300', 'has no connection left'],
    ['53100', 'has a full disk'],
    ['58030', 'cannot read or write a file'],
    ['25006', 'is a standby'],
    ['08006', 'has lost somebody'],
  ])('throws Unavailable for %s: PostgreSQL %s', async (code) => {
    const raise = raw(`do $$ begin raise exception 'now not' using errcode = '${code}'; end $$`);
    const failure = database.run(raise, []);
    await expect(failure).rejects.toBeInstanceOf(Unavailable);
    await expect(failure).rejects.toMatchObject({ cause: { code } });
  });

  it.each([
    ['deadlock', '40P01'],
    ['a cancelled statement', '57014'],
    ['a missing partition', '23514'],
    ['a changed plan', '0A000'],
  ])('throws the error for %s', async (_what, code) => {
    const raise = raw(`do $$ begin raise exception 'never' using errcode = '${code}'; end $$`);
    await expect(database.run(raise, [])).rejects.toMatchObject({ code });
    await expect(database.run(raise, [])).rejects.not.toBeInstanceOf(Unavailable);
  });

  it('throws Unavailable when nothing listens at the address, or its name is unknown', async () => {
    for (const url of ['postgresql://127.0.0.1:1/x', 'postgresql://no-such-host.invalid/x']) {
      await expect(open(url).run(backend, [])).rejects.toBeInstanceOf(Unavailable);
    }
  });

  it('throws Unavailable when the connection is lost during a statement, and recovers', async () => {
    const one = open(test.url);
    const [row] = await one.run(backend, []);
    const sleeping = one.run(raw('select pg_sleep(600)'), []);
    await eventually('the statement', async () => {
      const { rows } = await admin.query(
        `select from pg_stat_activity where pid = $1 and state = 'active'`,
        [row?.pid],
      );
      return rows.length === 1;
    });
    await Promise.all([
      expect(sleeping).rejects.toBeInstanceOf(Unavailable),
      admin.query('select pg_terminate_backend($1)', [row?.pid]),
    ]);
    expect(await one.run(backend, [])).toHaveLength(1);
  });

  it('lets a backend that waits notice that its statement was given up', async () => {
    const setting = raw<{ value: string }>(
      "select current_setting('client_connection_check_interval') as value",
    );
    expect(await database.run(setting, [])).toEqual([{ value: '5s' }]);
  });

  it('survives the loss of idle connections', async () => {
    const one = open(test.url);
    const [row] = await one.run(backend, []);
    await admin.query('select pg_terminate_backend($1)', [row?.pid]);
    await eventually('a connection that works', () =>
      one.run(backend, []).then(
        ([next]) => next?.pid !== row?.pid,
        (error: unknown) => {
          expect(error).toBeInstanceOf(Unavailable);
          return false;
        },
      ),
    );
  });

  it('throws Unavailable when the server is not PostgreSQL', async () => {
    let other: Socket | undefined;
    const garbage = createServer((socket) => {
      other = socket;
      socket.on('error', () => undefined);
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    });
    await new Promise<void>((resolve) => garbage.listen(0, '127.0.0.1', resolve));
    const { port } = garbage.address() as { port: number };
    await expect(open(`postgresql://127.0.0.1:${port}/x`).run(backend, [])).rejects.toBeInstanceOf(
      Unavailable,
    );
    other?.destroy();
    await new Promise((resolve) => garbage.close(resolve));
  });

  it('throws an error of the parameters unchanged', async () => {
    const impossible: Query<undefined, never> = {
      name: 'impossible',
      text: 'select 1',
      values: () => {
        throw new RangeError('too large');
      },
    };
    await expect(database.run(impossible, undefined)).rejects.toThrow(RangeError);
  });

  it('throws Unavailable once it is closed', async () => {
    const one = openDatabase(test.url, { connections: 1, log });
    await one.run(backend, []);
    await one.close();
    await expect(one.run(backend, [])).rejects.toBeInstanceOf(Unavailable);
  });
});

describe('transaction', () => {
  it('commits its statements, on one connection', async () => {
    const pids = await database.transaction(async (runner) => {
      await runner.run(insert, [1, 'a']);
      expect(await notes()).toEqual([]);
      await runner.run(insert, [2, 'b']);
      return [...(await runner.run(backend, [])), ...(await runner.run(backend, []))];
    });
    expect(await notes()).toEqual([1, 2]);
    expect(pids[0]?.pid).toBe(pids[1]?.pid);
  });

  it('rolls back when the work throws, and passes its error on unchanged', async () => {
    const error = new Error('no');
    await expect(
      database.transaction(async (runner) => {
        await runner.run(insert, [1, 'a']);
        throw error;
      }),
    ).rejects.toBe(error);
    expect(await notes()).toEqual([]);
  });

  it('rolls back when a statement is refused', async () => {
    await expect(
      database.transaction(async (runner) => {
        await runner.run(insert, [1, 'a']);
        await runner.run(insert, [1, 'b']);
      }),
    ).rejects.toMatchObject({ code: '23505' });
    expect(await notes()).toEqual([]);
  });

  it('releases the connection, however it ends', async () => {
    const one = open(test.url);
    for (let turn = 0; turn < 10; turn++) {
      await one.transaction((runner) => runner.run(backend, []));
      await one.transaction(() => Promise.reject(new Error('no'))).catch(() => undefined);
      await one
        .transaction((runner) => terminate(runner).then(() => runner.run(backend, [])))
        .catch(() => undefined);
    }
    expect(await one.run(backend, [])).toHaveLength(1);
  });

  it('throws Unavailable when the connection is lost during a statement', async () => {
    const one = open(test.url);
    await expect(
      one.transaction(async (runner) => {
        await runner.run(insert, [1, 'a']);
        await terminate(runner);
        await runner.run(insert, [2, 'b']);
      }),
    ).rejects.toBeInstanceOf(Unavailable);
    expect(await notes()).toEqual([]);
    expect(await one.run(backend, [])).toHaveLength(1);
  });

  it('throws Unavailable when the connection is lost between two statements', async () => {
    const one = open(test.url);
    await expect(
      one.transaction(async (runner) => {
        await runner.run(insert, [1, 'a']);
        const [row] = await runner.run(backend, []);
        await admin.query('select pg_terminate_backend($1)', [row?.pid]);
        await eventually('the end of the connection', async () => {
          const { rows } = await admin.query('select from pg_stat_activity where pid = $1', [
            row?.pid,
          ]);
          return rows.length === 0;
        });
        // The process notices the loss before the next statement runs.
        await new Promise((resolve) => setImmediate(resolve));
        await runner.run(insert, [2, 'b']);
      }),
    ).rejects.toBeInstanceOf(Unavailable);
    expect(await notes()).toEqual([]);
    expect(await one.run(backend, [])).toHaveLength(1);
  });

  it('throws Unavailable when it cannot begin', async () => {
    await expect(
      open('postgresql://127.0.0.1:1/x').transaction(() => Promise.resolve(1)),
    ).rejects.toBeInstanceOf(Unavailable);
  });
});
