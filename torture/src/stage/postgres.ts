import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { postmasterPid } from '@hooktrail/harness/postmaster-pid';
import { openDatabase } from '@hooktrail/server/database';
import { startEmbeddedPostgres } from '@hooktrail/server/embedded-postgres';
import { createLog } from '@hooktrail/server/log';

/** The PostgreSQL of the run, with its default durability. */
export interface Postgres {
  readonly url: string;
  /** Runs a statement on the run's own connections, which pass no gate. */
  sql<Row>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Kills PostgreSQL's first process with SIGKILL; resolves when a new one answers. */
  kill(): Promise<void>;
  /**
   * Kills one backend: PostgreSQL ends the others, whose shared memory may be damaged, and
   * recovers.
   */
  killBackend(): Promise<void>;
  stop(): Promise<void>;
}

const POLL_MS = 50;

/**
 * Starts it as a node starts its embedded PostgreSQL, but under this process: nodes die without it,
 * and when it is killed, it is restarted as it is there.
 */
export async function startPostgres(dataDir: string): Promise<Postgres> {
  // It would report that PostgreSQL has ended by itself, which the run intends.
  const log = createLog('silent');
  const server = await startEmbeddedPostgres({ dataDir, log });
  const database = openDatabase(server.url, { connections: 2, log });

  const sql = <Row>(text: string, values: unknown[] = []): Promise<Row[]> =>
    database.run<undefined, Row>({ name: '', text, values: () => values }, undefined);

  const firstPid = () => postmasterPid(join(dataDir, 'postgres'));

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
      // Its backends may answer a moment longer, so an answer alone proves nothing.
      while ((await firstPid().catch(() => killed)) === killed) await sleep(POLL_MS);
      await ready();
    },
    async killBackend() {
      const [backend] = await sql<{ pid: number }>(
        `select pid from pg_stat_activity
        where application_name ~ '^hooktrail [0-9]+$' and pid <> pg_backend_pid() limit 1`,
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
