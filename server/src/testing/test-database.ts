import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from '@hooktrail/harness/sql';
import { inject } from 'vitest';
import { startedTests } from './started-tests.ts';
import { testCluster } from './test-cluster.ts';

/** How long the server may take to notice closed connections, on any busy machine. */
const GONE_AFTER_MS = 30_000;

/** A migrated database of one test file. */
export interface TestDatabase {
  readonly url: string;
  /**
   * Removes the database; call it last, in `afterAll` or at the end of a test. Fails when a
   * connection was leaked. After a failed test it keeps the database and prints its URL.
   */
  drop(): Promise<void>;
}

/**
 * Makes an empty, migrated database: a copy of the one that the global setup migrated, or of another one.
 *
 * @param goneAfterMs After how long connections that are still there were leaked.
 */
export async function createTestDatabase(
  template = inject('templateDatabase'),
  goneAfterMs = GONE_AFTER_MS,
): Promise<TestDatabase> {
  const serverUrl = inject('postgresUrl');
  const name = `${inject('templateDatabase')}_${randomBytes(6).toString('hex')}`;
  await testCluster.create(name, template);
  const url = new URL(serverUrl);
  url.pathname = name;

  return {
    url: url.href,
    async drop() {
      if (startedTests.some((test) => test.result?.state === 'fail')) {
        console.error(
          `A test failed: keeping its database ${url.href}` +
            ' (until the run ends, unless HOOKTRAIL_TEST_DATABASE_URL names a server of yours)',
        );
        return;
      }
      const leaked = await connectionsLeft(serverUrl, name, goneAfterMs);
      await testCluster.drop(name, { force: leaked.length > 0 });
      if (leaked.length > 0) {
        throw new Error(`connections to the test database were leaked:\n${leaked.join('\n')}`);
      }
    },
  };
}

async function connectionsLeft(
  serverUrl: string,
  name: string,
  goneAfterMs: number,
): Promise<string[]> {
  for (const endMs = Date.now() + goneAfterMs; ; await sleep(10)) {
    const rows = await sql<{ pid: number; state: string; query: string }>(
      serverUrl,
      `select pid, state, query from pg_stat_activity
       where datname = '${name}' and backend_type = 'client backend'
         and application_name !~ '^citus_'`,
    );
    if (rows.length === 0 || Date.now() > endMs) {
      return rows.map((row) => `process ${row.pid}, ${row.state}, last statement: ${row.query}`);
    }
  }
}
