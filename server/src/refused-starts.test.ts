import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OwnPostgres } from '@hooktrail/harness/own-postgres';
import { maySmallDisk, onSmallDisk } from '@hooktrail/harness/small-disk';
import { startPooler } from '@hooktrail/harness/start-pooler';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeOwnPostgres } from './testing/own-postgres.ts';
import { spawnServer, startServer } from './testing/server-process.ts';

/*
 * Starts that cannot work, each with a real process: it exits with 1 and says in one line, without
 * a stack, what is wrong and what to do.
 */

let postgres: OwnPostgres;
let folder: string;
const listeners: Server[] = [];

/** Who may connect to the server of this file, first match first. */
const HBA = `
local all hooktrail trust
local all with_password scram-sha-256
local all plain trust
local all limited trust
local all all reject
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hooktrail-refused-'));
  await chmod(folder, 0o711);
  postgres = await makeOwnPostgres();
  await postgres.start();
  const [hba = ''] = await sql('show hba_file');
  await writeFile(hba, HBA);
  await sql('select pg_reload_conf()');
  for (const role of ['with_password', 'plain', 'limited', 'nobody_lets_in']) {
    await sql(`create role ${role} login password 'right'`);
  }
  await sql('alter role limited connection limit 0');
  for (const encoding of ['LATIN1', 'SQL_ASCII']) {
    await sql(`create database ${encoding} encoding '${encoding}' template template0`);
  }
  await sql('create database closed allow_connections false');
  await sql('create database empty');
  await sql('create database frozen');
  await sql('alter database frozen set default_transaction_read_only = on');
  await sql('create database used');
  await sql('create database newer');
  for (const database of ['used', 'newer']) await useOnce(url(database));
  await sql("insert into migration values (9999, '9999-later.sql', 'x', now())", url('newer'));
  await sql('grant create on schema public to plain', url('used'));
  await sql('create database old');
  await sql('create schema old', url('old'));
  await sql(
    `create function old.current_setting(text) returns text language sql as $$
      select case $1 when 'server_version' then '14.20 (Debian)' else pg_catalog.current_setting($1) end $$`,
    url('old'),
  );
}, 120_000);

afterAll(async () => {
  for (const listener of listeners) listener.close();
  await postgres.remove();
  await rm(folder, { recursive: true, force: true });
});

/** The first column of each row. */
async function sql(statement: string, databaseUrl = url('postgres')): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query({ text: statement, rowMode: 'array' });
    return rows.map(([value]) => String(value));
  } finally {
    await client.end();
  }
}

function url(database: string, user = 'hooktrail', more = ''): string {
  const found = new URL(postgres.url);
  found.pathname = database;
  return `${found.href.replace('//hooktrail@', `//${user}@`)}${more}`;
}

/** Starts a node on a database and stops it, which leaves its tables and its key there. */
async function useOnce(databaseUrl: string): Promise<void> {
  const node = await startServer({ HOOKTRAIL_DATABASE_URL: databaseUrl });
  node.kill('SIGTERM');
  expect(await node.ended).toBe(0);
}

/** Listens on a free port, and does `serve` with each connection. */
async function listen(serve: (socket: Socket) => void): Promise<number> {
  const listener = createServer((socket) => {
    socket.on('error', () => undefined);
    serve(socket);
  });
  listeners.push(listener);
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  return (listener.address() as AddressInfo).port;
}

/** The only line of words of a start that fails. The log beside it is JSON. */
async function refusal(env: Record<string, string>, wrapper?: readonly string[]): Promise<string> {
  const node = spawnServer(env, wrapper);
  if (await node.up) node.kill('SIGTERM'); // it was not refused
  const status = await node.ended;
  const words = node
    .output()
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('{'));
  expect({ status, words }).toEqual({ status: 1, words: [expect.stringMatching(/^hooktrail: /)] });
  return words[0]?.slice('hooktrail: '.length) ?? '';
}

describe('a start is refused in one line', () => {
  test.each<[string, () => string | Promise<string>, RegExp]>([
    [
      'nothing listens',
      () => 'postgresql://me@127.0.0.1:1/x',
      /^No PostgreSQL takes connections at 127\.0\.0\.1:1 \(ECONNREFUSED\): start it, or correct HOOKTRAIL_DATABASE_URL\.$/,
    ],
    [
      'nothing listens at a name with several addresses',
      () => 'postgresql://me@localhost:1/x',
      /^No PostgreSQL takes connections at localhost:1 \(ECONNREFUSED\): start it/,
    ],
    [
      'there is no socket',
      () => 'postgresql://me@%2Fno%2Fwhere:5432/x',
      /^No PostgreSQL takes connections at the socket \/no\/where\/\.s\.PGSQL\.5432 \(ENOENT\)/,
    ],
    [
      'the host name has no address',
      () => 'postgresql://me:hush-password@database.invalid/x',
      /^The host name "database\.invalid" in HOOKTRAIL_DATABASE_URL has no address/,
    ],
    [
      'the server closes the connection',
      async () => `postgresql://me@127.0.0.1:${await listen((socket) => socket.end())}/x`,
      /^127\.0\.0\.1:\d+ closed the connection .*check that HOOKTRAIL_DATABASE_URL names a PostgreSQL/,
    ],
    [
      'the server does not answer',
      async () => `postgresql://me@127.0.0.1:${await listen((socket) => socket.resume())}/x`,
      /^PostgreSQL at 127\.0\.0\.1:\d+ does not answer: check HOOKTRAIL_DATABASE_URL, the network/,
    ],
    [
      'the database is missing',
      () => url('missing'),
      /^There is no database "missing" at .*: create it \(createdb --encoding=UTF8 --template=template0 missing\)/,
    ],
    [
      'the database is closed',
      () => url('closed'),
      /^PostgreSQL at .* does not open "closed" .*ALTER DATABASE "closed" ALLOW_CONNECTIONS true/,
    ],
    [
      'the password is wrong',
      () => url('used', 'with_password:hush-password'),
      /^PostgreSQL at .* refuses the password of the user "with_password": correct it in HOOKTRAIL_DATABASE_URL\.$/,
    ],
    [
      'the password is missing',
      () => url('used', 'with_password'),
      /^PostgreSQL at .* wants a password for the user "with_password": put it into HOOKTRAIL_DATABASE_URL\.$/,
    ],
    [
      'the user is not let in',
      () => url('used', 'nobody_lets_in:hush-password'),
      /^PostgreSQL at .* does not let in the user "nobody_lets_in" \(.*\): .*pg_hba\.conf/,
    ],
    [
      'TLS is demanded of a server without',
      () => url('used').replace('sslmode=disable', 'sslmode=verify-full'),
      /^PostgreSQL at .* has no TLS, which HOOKTRAIL_DATABASE_URL demands: remove sslmode/,
    ],
    [
      'the file of the certificate authority is missing',
      () =>
        `${url('used').replace('sslmode=disable', 'sslmode=verify-full')}&sslrootcert=/no/ca.pem`,
      /^The file \/no\/ca\.pem is missing/,
    ],
    [
      'the user has no connection left',
      () => url('used', 'limited'),
      /^PostgreSQL at .* has no connection left .*: a node needs 18, so raise max_connections/,
    ],
    [
      'the user may not create tables',
      () => url('empty', 'plain'),
      /^The user "plain" may not create tables in the database "empty"\. As a superuser: ALTER DATABASE "empty" OWNER TO "plain"$/,
    ],
    [
      'the search path has no schema',
      () => url('used', 'hooktrail', '&options=-c%20search_path%3Dnope'),
      /^The user "hooktrail" may not create tables in the database "used", where its search_path names no schema/,
    ],
    [
      'the tables belong to another user',
      () => url('used', 'plain'),
      /^The tables in the database "used" belong to another user than "plain".*make "plain" a member of that role\.$/,
    ],
    [
      'the encoding is LATIN1',
      () => url('latin1'),
      /^The database "latin1" has the encoding LATIN1, which cannot store every event\. Create one with UTF8 \(createdb --encoding=UTF8/,
    ],
    [
      'the encoding is SQL_ASCII',
      () => url('sql_ascii'),
      /^The database "sql_ascii" has the encoding SQL_ASCII/,
    ],
    [
      'the database is read-only',
      () => url('frozen'),
      /^The database "frozen" at .* is read-only: .*Set HOOKTRAIL_DATABASE_URL to the primary\.$/,
    ],
    [
      'PostgreSQL is too old',
      () => url('old', 'hooktrail', '&options=-c%20search_path%3Dold,pg_catalog'),
      /^Hooktrail needs PostgreSQL 15 or newer; .* is PostgreSQL 14\.20 \(Debian\)\. Upgrade it/,
    ],
    [
      'the database is of a newer version',
      () => url('newer'),
      /^The database is newer than this Hooktrail: it has migration 9999-later\.sql.*Start the newer version\.$/,
    ],
  ])('where %s', async (_, databaseUrl, expected) => {
    const line = await refusal({ HOOKTRAIL_DATABASE_URL: await databaseUrl() });
    expect(line).toMatch(expected);
    expect(line).not.toContain('hush');
  });

  test.each([
    [
      'drops options',
      /^127\.0\.0\.1:\d+ drops settings that a node sends with its connections \(plan_cache_mode is auto and not force_generic_plan, .*\), as a pooler does with ignore_startup_parameters = options\. Set HOOKTRAIL_DATABASE_URL to PostgreSQL itself, or let the role have them: ALTER ROLE "hooktrail" SET plan_cache_mode = 'force_generic_plan'; /,
    ],
    [
      'shares sessions',
      /^127\.0\.0\.1:\d+ is a connection pooler that shares sessions, such as PgBouncer with pool_mode = transaction; .*or the pooler to pool_mode = session\.$/,
    ],
  ] as const)('where a pooler %s', async (does, expected) => {
    const pooler = await startPooler(url('used'), does);
    expect(await refusal({ HOOKTRAIL_DATABASE_URL: pooler.through(url('used')) })).toMatch(
      expected,
    );
    await pooler.close();
  });

  test('and not where the role has the settings that a pooler drops', async () => {
    await sql('create database tuned');
    const pooler = await startPooler(url('tuned'), 'drops options');
    const line = await refusal({ HOOKTRAIL_DATABASE_URL: pooler.through(url('tuned')) });
    for (const statement of (line.split('let the role have them: ')[1] ?? '').split('; ')) {
      await sql(statement.replace('ALTER ROLE "hooktrail"', 'alter database tuned'));
    }
    await useOnce(pooler.through(url('tuned')));
    await pooler.close();
  });

  test('where the secret key is another', async () => {
    const line = await refusal({
      HOOKTRAIL_DATABASE_URL: url('used'),
      HOOKTRAIL_SECRET_KEY: Buffer.alloc(32, 8).toString('base64'),
    });
    expect(line).toMatch(/^HOOKTRAIL_SECRET_KEY is not the key .* Start with the earlier key/);
  });

  test.each([
    [
      '127.0.0.1',
      'used',
      /^The port \d+ of 127\.0\.0\.1 is in use; choose another with HOOKTRAIL_PORT\.$/,
    ],
    ['192.0.2.1', 'free', /^This machine has no address 192\.0\.2\.1; set HOOKTRAIL_HOST to one/],
    ['host.invalid', 'free', /^The host name host\.invalid in HOOKTRAIL_HOST has no address/],
  ])('where it cannot listen on %s, on a port that is %s', async (host, port, expected) => {
    const used = port === 'used' ? await listen((socket) => socket.end()) : 0;
    const line = await refusal({
      HOOKTRAIL_DATABASE_URL: url('used'),
      HOOKTRAIL_HOST: host,
      HOOKTRAIL_PORT: String(used),
    });
    expect(line).toMatch(expected);
  });
});

describe('a start with the embedded database is refused in one line', () => {
  const embedded = (dataDir: string) => ({
    HOOKTRAIL_DATABASE_URL: '',
    HOOKTRAIL_DATA_DIR: dataDir,
    HOOKTRAIL_SECRET_KEY: '',
  });

  test('where its key was lost, is of another folder, or no key; and not with the right one', async () => {
    const dataDir = join(folder, 'key');
    const node = await startServer(embedded(dataDir));
    expect(await refusal(embedded(dataDir))).toMatch(
      new RegExp(
        `^The data folder ${dataDir} is in use by process ${node.pid}\\. Stop that process`,
      ),
    );
    node.kill('SIGTERM');
    await node.ended;
    const file = join(dataDir, 'secret-key');
    const key = await readFile(file, 'utf8');

    await rm(file);
    expect(await refusal(embedded(dataDir))).toMatch(
      /has a database and no file "secret-key".*Restore the file from a backup, or, if you set HOOKTRAIL_SECRET_KEY/,
    );
    expect(await readdir(dataDir)).not.toContain('secret-key');
    await writeFile(file, `${Buffer.alloc(32, 9).toString('base64')}\n`);
    expect(await refusal(embedded(dataDir))).toMatch(
      new RegExp(`^The key in ${file} is not the key that encrypted the secrets in this database`),
    );
    await writeFile(file, 'nonsense');
    expect(await refusal(embedded(dataDir))).toMatch(/does not contain a key .* Restore it/);
    const again = await startServer({ ...embedded(dataDir), HOOKTRAIL_SECRET_KEY: key.trim() });
    again.kill('SIGTERM');
    expect(await again.ended).toBe(0);
  });

  test('where its port is in use', async () => {
    const port = await listen((socket) => socket.end());
    const dataDir = join(folder, 'port');
    const line = await refusal({ ...embedded(dataDir), HOOKTRAIL_PORT: String(port) });
    expect(line).toMatch(/^The port \d+ of 127\.0\.0\.1 is in use/);
    expect(await readdir(dataDir)).not.toContain('node.lock.1');
  });

  test('where the data folder is a file', async () => {
    await writeFile(join(folder, 'file'), '');
    expect(await refusal(embedded(join(folder, 'file')))).toMatch(
      /^The data folder .*\/file cannot be used .* Set HOOKTRAIL_DATA_DIR to a folder/,
    );
  });

  test('where the disk is full, or read-only', async (context) => {
    const disk = join(folder, 'disk');
    await mkdir(disk, { mode: 0o711 });
    if (!(await maySmallDisk(disk))) context.skip('this machine lets nobody mount a disk');
    const filled = `cat /dev/zero 2>/dev/null >${disk}/x; exec "$@"`;
    expect(await refusal(embedded(disk), [...onSmallDisk(disk), 'sh', '-c', filled, ''])).toMatch(
      /^There is no room left for the data folder .* \(ENOSPC: .*\): make room on that disk\.$/,
    );
    const remount = `mount -o remount,ro ${disk} && exec "$@"`;
    if (process.getuid?.() !== 0) return; // only root may remount it
    expect(await refusal(embedded(disk), [...onSmallDisk(disk), 'sh', '-c', remount, ''])).toMatch(
      /^The data folder .* cannot be used \(EROFS: read-only file system.*\)\. Set HOOKTRAIL_DATA_DIR/,
    );
  });
});
