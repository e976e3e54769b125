import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { chmod, chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from './eventually.ts';
import { sql } from './sql.ts';

const run = promisify(execFile);
const PORT = 5432; // part of the socket's name; no TCP port is opened

/** What the server knows of PostgreSQL, which the harness does not import. */
export interface PostgresParts {
  /** The account that PostgreSQL runs as when it is not our own: it refuses to run as root. */
  readonly account: { readonly ids: { readonly uid: number; readonly gid: number } } | undefined;
  /** Finds the programs, or copies them into a folder. */
  programs(folder: string): Promise<{ readonly initdb: string; readonly postgres: string }>;
  /** The ids of the processes that work in a data folder. */
  processesIn(dataDir: string): Promise<readonly number[]>;
}

/** A PostgreSQL that one test has to itself and may break. */
export interface OwnPostgres {
  readonly url: string;
  /** Starts it, also after `stop` and `kill`; resolves when it answers. */
  start(settings?: Readonly<Record<string, string>>): Promise<void>;
  /** Ends it with a fast shutdown. */
  stop(): Promise<void>;
  /** Kills all its processes with SIGKILL. */
  kill(): Promise<void>;
  /** Suspends all its processes until `thaw`. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /**
   * Makes a standby of it from a copy of its files: it must be stopped. `start` starts the standby.
   */
  standby(): Promise<OwnPostgres>;
  /** Kills it if it runs, and removes its files. */
  remove(): Promise<void>;
}

/** Makes an empty cluster with the database `hooktrail`, which is not started. */
export async function makeOwnPostgres(parts: PostgresParts): Promise<OwnPostgres> {
  const { account } = parts;
  const folder = await mkdtemp(join(tmpdir(), 'hooktrail-own-'));
  if (account !== undefined) await chmod(folder, 0o711);
  const programs = await parts.programs(folder);
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
      for (const pid of await parts.processesIn(dataDir)) tryKill(pid, signal);
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
        return (await parts.processesIn(dataDir)).length === 0;
      });
    }

    return {
      url: urlOf(dir, 'hooktrail'),
      async start(settings = {}) {
        await rm(join(dataDir, 'postmaster.pid'), { force: true }); // none of its processes is left
        const all = {
          listen_addresses: '',
          unix_socket_directories: dir,
          // What a process wrote outlives the process; only a power failure would lose it.
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
        // The primary is removed last, with what all of them share.
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
    await sql(urlOf(first, 'postgres'), 'create database hooktrail');
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
  return sql(url, 'select').then(
    () => true,
    () => false,
  );
}

function tryKill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}
