import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
}

interface Options {
  /** The folder for V8's CPU profile of the server, if any. */
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
  return {
    ...server,
    databaseUrl,
    postgresPid: await postmasterPid(join(dataDir, 'postgres')),
    startNode: () =>
      startServer({
        HOOKTRAIL_DATABASE_URL: databaseUrl,
        HOOKTRAIL_SECRET_KEY: readFileSync(join(dataDir, 'secret-key'), 'latin1').trim(),
      }),
    stop,
  };
}
