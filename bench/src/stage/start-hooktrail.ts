import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { postmasterPid } from '@hooktrail/harness/postmaster-pid';
import { SUPERUSER } from '@hooktrail/server/prepare-cluster';
import { type Server, startServer } from './start-server.ts';

/** A server with its embedded PostgreSQL. Stopping it removes its folder. */
export interface Hooktrail extends Server {
  /** Its database, for connections beside the server's. */
  readonly databaseUrl: string;
  /** PostgreSQL's first process. */
  readonly postgresPid: number;
  /** Starts another node on the same database; stop that one first. */
  startNode(): Promise<Server>;
  /** Stops it and keeps its folder, which the caller then removes. */
  stopAndKeep(): Promise<string>;
}

/** How to start a server. */
export interface HooktrailOptions {
  /** The folder for V8's CPU profile of the server, if any. */
  readonly profileDir?: string | undefined;
  /** Further options of Node and V8. */
  readonly flags?: readonly string[];
  /** The folder of a server that has stopped, to begin with a copy of it. */
  readonly template?: string | undefined;
  /** Settings that are not at their defaults. */
  readonly env?: Readonly<Record<string, string>>;
}

const run = promisify(execFile);

/** Starts a server in a temporary folder. */
export async function startHooktrail(options: HooktrailOptions): Promise<Hooktrail> {
  const { env, profileDir, template } = options;
  const dataDir = await mkdtemp(join(tmpdir(), 'hooktrail-bench-'));
  const remove = () => rm(dataDir, { recursive: true, force: true });
  const profile = profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`];
  const flags = [...profile, ...(options.flags ?? [])];
  let server: Server;
  try {
    // Keeps owners, which Node's own copies do not: for root, PostgreSQL's files are another user's.
    if (template !== undefined) await run('cp', ['-a', `${template}/.`, dataDir]);
    server = await startServer({ ...env, HOOKTRAIL_DATA_DIR: dataDir }, flags);
  } catch (error) {
    await remove();
    throw error;
  }
  async function stop(): Promise<readonly string[]> {
    const warnings = await server.stop();
    await remove();
    return warnings;
  }

  const socketDir = join(dataDir, 'socket');
  if (!existsSync(socketDir)) {
    await stop();
    throw new Error(`the temporary folder's path is too long for a socket: ${dataDir}`);
  }
  const databaseUrl = `postgresql://${SUPERUSER}@${encodeURIComponent(socketDir)}:5432/hooktrail?sslmode=disable`;
  return {
    ...server,
    databaseUrl,
    postgresPid: await postmasterPid(join(dataDir, 'postgres')),
    startNode: () =>
      startServer({
        HOOKTRAIL_DATABASE_URL: databaseUrl,
        HOOKTRAIL_SECRET_KEY: readFileSync(join(dataDir, 'secret-key'), 'latin1').trim(),
      }),
    async stopAndKeep() {
      await server.stop();
      return dataDir;
    },
    stop,
  };
}
