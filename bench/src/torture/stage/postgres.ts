import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '@hooktrail/server/database';
import { startEmbeddedPostgres } from '@hooktrail/server/embedded-postgres';
import { createLog } from '@hooktrail/server/log';

/** A PostgreSQL of the run's own, with the durability that is the default. */
export interface Postgres {
  readonly url: string;
  /** Beside the nodes, and through no gate. */
  sql<Row>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Ends PostgreSQL's first process by `kill -9`; resolves when another one answers. */
  kill(): Promise<void>;
  /** The same with one backend: PostgreSQL ends the others, whose memory may be broken, and recovers. */
  killBackend(): Promise<void>;
  stop(): Promise<void>;
}

const POLL_MS = 50;

/**
 * Starts it as the embedded PostgreSQL of a node is started, but under this process: a node can be
 * killed without it, and when it is killed itself it comes back as it does there.
 */
export async function startPostgres(dataDir: string): Promise<Postgres> {
  // It says that PostgreSQL has ended by itself: here that is the purpose.
  const log = createLog('silent');
  const server = await startEmbeddedPostgres({ dataDir, log });
  const database = openDatabase(server.url, { connections: 2, log });

  const sql = <Row>(text: string, values: unknown[] = []): Promise<Row[]> =>
    database.run<undefined, Row>({ name: '', text, values: () => values }, undefined);

  async function firstPid(): Promise<number> {
    const text = await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'latin1');
    return Number.parseInt(text, 10);
  }

  async function ready(): Promise<void> {
    for (;;) {
      try {
        await sql('select 1');
        return;
      } catch {
        await sleep(POLL_MS);
      }
    }
  }

  return {
    url: server.url,
    sql,
    async kill() {
      const killed = await firstPid();
      process.kill(killed, 'SIGKILL');
      // Its backends may answer for a moment longer, so an answer alone says nothing.
      while ((await firstPid().catch(() => killed)) === killed) await sleep(POLL_MS);
      await ready();
    },
    async killBackend() {
      const [backend] = await sql<{ pid: number }>(
        `select pid from pg_stat_activity
        where application_name = 'hooktrail' and pid <> pg_backend_pid() limit 1`,
      );
      if (backend === undefined) return;
      process.kill(backend.pid, 'SIGKILL');
      while (isAlive(backend.pid)) await sleep(POLL_MS);
      await ready();
    },
    async stop() {
      await database.close();
      await server.stop();
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
