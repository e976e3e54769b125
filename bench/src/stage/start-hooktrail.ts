import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SUPERUSER } from '@hooktrail/server/prepare-cluster';
import { type Server, startServer } from './start-server.ts';

/** A server with an embedded PostgreSQL of its own. Stopping it removes its folder. */
export interface Hooktrail extends Server {
  /** Where its database can be reached as well. */
  readonly databaseUrl: string;
  /** PostgreSQL's first process. */
  readonly postgresPid: number;
  /** Another node on the same database, which is to be stopped before this one. */
  startNode(): Promise<Server>;
}

interface Options {
  /** Where V8's profile of the server is written, if anywhere. */
  readonly profileDir: string | undefined;
}

/** Starts a server in a temporary folder. */
export async function startHooktrail({ profileDir }: Options): Promise<Hooktrail> {
  const dataDir = await mkdtemp(join(tmpdir(), 'hooktrail-bench-'));
  const remove = () => rm(dataDir, { recursive: true, force: true });
  const flags = profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`];
  let server: Server;
  try {
    server = await startServer({ HOOKTRAIL_DATA_DIR: dataDir }, flags);
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
  const pidFile = readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'latin1');
  return {
    ...server,
    databaseUrl,
    postgresPid: Number.parseInt(pidFile, 10),
    startNode: () =>
      startServer({
        HOOKTRAIL_DATABASE_URL: databaseUrl,
        HOOKTRAIL_SECRET_KEY: readFileSync(join(dataDir, 'secret-key'), 'latin1').trim(),
      }),
    stop,
  };
}
