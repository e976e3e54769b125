import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { chmod, chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '@hooktrail/harness/eventually';
import pg from 'pg';
import { postgresAccount } from '../database/embedded/postgres-account.ts';
import { postgresBinaries } from '../database/embedded/postgres-binaries.ts';
import { postgresProcessesIn } from '../database/embedded/stop-orphaned-postgres.ts';

const run = promisify(execFile);
const PORT = 5432; // only the number in the socket's name

/** A PostgreSQL that one test has to itself, to do to it what it likes. */
export interface OwnPostgres {
  readonly url: string;
  /** Starts it; also after `stop` and `kill`. */
  start(settings?: Readonly<Record<string, string>>): Promise<void>;
  /** Stops it in order. */
  stop(): Promise<void>;
  /** Ends all its processes at once, with SIGKILL. */
  kill(): Promise<void>;
  /** Stops all its processes where they are, until `thaw`. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** Makes a standby of it, which `start` starts. It must be stopped, and is copied as it lies there. */
  standby(): Promise<OwnPostgres>;
  /** Ends it, if need be, and removes its files. */
  remove(): Promise<void>;
}

/**
 * Makes an empty cluster with the embedded programs, or with those in the folder that
 * `HOOKTRAIL_TEST_POSTGRES_BIN` names. `start` makes the database `hooktrail` in it.
 */
export async function makeOwnPostgres(): Promise<OwnPostgres> {
  const account = await postgresAccount('');
  const folder = await mkdtemp(join(tmpdir(), 'hooktrail-own-'));
  if (account !== undefined) await chmod(folder, 0o711);
  const bin = process.env['HOOKTRAIL_TEST_POSTGRES_BIN'];
  const programs = bin
    ? { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') }
    : await postgresBinaries(folder, account);
  const env = { PATH: process.env['PATH'], LC_ALL: 'C' };
  const as = { ...account?.ids, env, cwd: '/' };

  async function prepare(name: string): Promise<string> {
    const dir = await mkdtemp(join(folder, name));
    if (account !== undefined) await chown(dir, account.ids.uid, account.ids.gid);
    return dir;
  }

  function server(dir: string): OwnPostgres {
    const dataDir = join(dir, 'data');
    let child: ChildProcess | undefined;

    async function signalAll(signal: NodeJS.Signals): Promise<void> {
      for (const pid of await postgresProcessesIn(dataDir)) tryKill(pid, signal);
    }

    async function end(signal: NodeJS.Signals): Promise<void> {
      if (child === undefined) return;
      const ending = child;
      child = undefined;
      const ended = once(ending, 'exit');
      if (signal === 'SIGKILL') await signalAll(signal);
      ending.kill(signal);
      if (ending.exitCode === null && ending.signalCode === null) await ended;
      await eventually('its children to end', async () => {
        return (await postgresProcessesIn(dataDir)).length === 0;
      });
    }

    return {
      url: urlOf(dir, 'hooktrail'),
      async start(settings = {}) {
        await rm(join(dataDir, 'postmaster.pid'), { force: true }); // no process of it is left
        const all = {
          listen_addresses: '',
          unix_socket_directories: dir,
          // What a process wrote outlives the process: only a power failure needs more.
          fsync: 'off',
          ...settings,
        };
        const log = openSync(join(folder, 'log'), 'a');
        const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
        child = spawn(programs.postgres, ['-D', dataDir, ...flags], {
          ...as,
          stdio: ['ignore', log, log],
        });
        closeSync(log);
        const started = child;
        await eventually('PostgreSQL to start', async () => {
          if (started.exitCode !== null) {
            throw new Error(`PostgreSQL did not start:\n${await readFile(join(folder, 'log'))}`);
          }
          return answers(urlOf(dir, 'postgres'));
        });
      },
      stop: () => end('SIGINT'),
      kill: () => end('SIGKILL'),
      freeze: () => signalAll('SIGSTOP'),
      thaw: () => signalAll('SIGCONT'),
      async standby() {
        const copy = await prepare('standby-');
        await run('cp', ['-a', dataDir, join(copy, 'data')], as);
        const conninfo = `host=${dir} port=${PORT} user=hooktrail application_name=standby`;
        await writeFile(join(copy, 'data', 'standby.signal'), '');
        await writeFile(
          join(copy, 'data', 'postgresql.auto.conf'),
          `primary_conninfo = '${conninfo}'\n`,
        );
        return server(copy);
      },
      async remove() {
        await end('SIGKILL');
        await rm(dir, { recursive: true, force: true });
        // The last one takes what all of them share.
        if (dir === first) await rm(folder, { recursive: true, force: true });
      },
    };
  }

  const first = await prepare('primary-');
  const made = server(first);
  try {
    await run(
      programs.initdb,
      [
        ...['--pgdata', join(first, 'data'), '--username', 'hooktrail', '--no-instructions'],
        ...['--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'],
      ],
      as,
    );
    await made.start();
    const client = new pg.Client({ connectionString: urlOf(first, 'postgres') });
    await client.connect();
    await client.query('create database hooktrail');
    await client.end();
    await made.stop();
  } catch (error) {
    await made.remove();
    throw error;
  }
  return made;
}

function urlOf(folder: string, database: string): string {
  return `postgresql://hooktrail@${encodeURIComponent(folder)}:${PORT}/${database}?sslmode=disable`;
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end();
  }
}

function tryKill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended meanwhile.
  }
}
