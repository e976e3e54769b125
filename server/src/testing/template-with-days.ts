import pg from 'pg';
import { inject } from 'vitest';
import { keepPartitions } from '../keep/partitions.ts';
import { testCluster } from './test-cluster.ts';

/** An arbitrary number that nothing else locks on the server of a run. */
const LOCK = 7_210_401_511;

/**
 * The partitions of a run's migrated database take 0.6 s of a processor to make, and a copy of them next to
 * nothing. Makes that database once in a run, whichever file comes first, and resolves to its name.
 */
export async function templateWithDays(
  name: string,
  days: { readonly nowMs: number; readonly ahead: number },
): Promise<string> {
  const client = new pg.Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (rowCount !== 0) return name;
    // Named once it is whole: the process that makes it may be killed.
    const draft = `${name}_draft`;
    const drafts = await client.query('select from pg_database where datname = $1', [draft]);
    if (drafts.rowCount !== 0) await testCluster.drop(draft, { force: true });
    await testCluster.create(draft, inject('templateDatabase'));
    const url = new URL(inject('postgresUrl'));
    url.pathname = draft;
    await keepPartitions(url.href, { ...days, keepMs: Number.MAX_SAFE_INTEGER });
    await testCluster.rename(draft, name);
    return name;
  } finally {
    await client.end(); // also releases the lock
  }
}
