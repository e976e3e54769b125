import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SUPERUSER } from '@hooktrail/server/dist/database/embedded/prepare-cluster.js';
import { TOKEN } from './token.ts';

/** A server as it is run for real, in a process of its own, on an embedded PostgreSQL of its own. */
export interface Hooktrail {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Where its database can be reached as well. */
  readonly databaseUrl: string;
  /** PostgreSQL's first process. */
  readonly postgresPid: number;
  /** Stops it and removes its folder; resolves to what it warned of. */
  stop(): Promise<readonly string[]>;
}

interface Options {
  /** Where V8's profile of the server is written, if anywhere. */
  readonly profileDir: string | undefined;
}

const MAIN = fileURLToPath(import.meta.resolve('@hooktrail/server/dist/main.js'));

/** Starts a server in a temporary folder, on a free port, with every other setting at its default. */
export async function startHooktrail({ profileDir }: Options): Promise<Hooktrail> {
  const dataDir = await mkdtemp(join(tmpdir(), 'hooktrail-bench-'));
  const flags = profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`];
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('HOOKTRAIL_'));
  const child = spawn(process.execPath, [...flags, MAIN], {
    env: {
      ...Object.fromEntries(inherited),
      HOOKTRAIL_DATA_DIR: dataDir,
      HOOKTRAIL_PORT: '0',
      HOOKTRAIL_BOOTSTRAP_TOKEN: TOKEN,
      HOOKTRAIL_ALLOWED_NETWORKS: '127.0.0.0/8',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
    // Ctrl-C goes to this process, which stops the server when nothing uses it any more.
    detached: true,
  });
  const ended = once(child, 'close');
  let over = false;
  void ended.then(() => {
    over = true;
  });

  let url: string | undefined;
  let rest = '';
  const warnings: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      url ??= /"url":"([^"]+)","msg":"hooktrail is up"/.exec(line)?.[1];
      if (/^\{"level":[456]0/.test(line)) warnings.push(line);
    }
  });

  async function stop(): Promise<readonly string[]> {
    child.kill('SIGTERM');
    await ended;
    await rm(dataDir, { recursive: true, force: true });
    return warnings;
  }

  while (url === undefined) {
    if (over) {
      await stop();
      throw new Error(`the server did not start\n${warnings.join('\n')}`);
    }
    await sleep(10);
  }
  const socketDir = join(dataDir, 'socket');
  if (!existsSync(socketDir)) {
    await stop();
    throw new Error(`the temporary folder's path is too long for a socket: ${dataDir}`);
  }
  const pidFile = readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'latin1');
  return {
    url,
    port: Number(new URL(url).port),
    pid: child.pid as number,
    databaseUrl: `postgresql://${SUPERUSER}@${encodeURIComponent(socketDir)}:5432/hooktrail?sslmode=disable`,
    postgresPid: Number.parseInt(pidFile, 10),
    stop,
  };
}
