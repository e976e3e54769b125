import { sql } from '@hooktrail/harness/sql';
import { inject } from 'vitest';

/**
 * The machines that have the databases of tests: the one PostgreSQL of the run, or the coordinator and the
 * workers of the Citus cluster that `HOOKTRAIL_TEST_CITUS_URL` names. A database of tests is made on each,
 * and is a copy of the prepared one there: Citus knows tables by numbers that a copy keeps.
 */
export const testCluster = {
  get isCitus(): boolean {
    return inject('citusWorkers').length > 0;
  },

  /** Makes a database, a copy of another one that nobody is connected to. */
  async create(name: string, template: string): Promise<void> {
    await onEach(async (url) => {
      // Citus keeps a process connected to each of its databases, which comes again when it is used.
      if (testCluster.isCitus) await disconnect(url, template);
      // Copying files takes a third of what copying through the log takes, and nothing here survives a crash.
      await sql(url, `create database ${name} template ${template} strategy file_copy`);
    });
  },

  async drop(name: string, { force }: { readonly force: boolean }): Promise<void> {
    const how = force || testCluster.isCitus ? ' with (force)' : '';
    await onEach((url) => sql(url, `drop database ${name}${how}`));
  },

  async rename(from: string, to: string): Promise<void> {
    await onEach(async (url) => {
      if (testCluster.isCitus) await disconnect(url, from);
      await sql(url, `alter database ${from} rename to ${to}`);
    });
  },
};

async function onEach(work: (url: string) => Promise<unknown>): Promise<void> {
  for (const url of [inject('postgresUrl'), ...inject('citusWorkers')]) await work(url);
}

async function disconnect(url: string, name: string): Promise<void> {
  await sql(url, 'select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1', [
    name,
  ]);
}
