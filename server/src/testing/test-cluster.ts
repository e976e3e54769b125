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
    // Copying files takes a third of what copying through the log takes, and nothing here survives a crash.
    const make = `create database ${name} template ${template} strategy file_copy`;
    await onEach((url) => alone(url, template, make));
  },

  async drop(name: string, { force }: { readonly force: boolean }): Promise<void> {
    const how = force || testCluster.isCitus ? ' with (force)' : '';
    await onEach((url) => sql(url, `drop database ${name}${how}`));
  },

  async rename(from: string, to: string): Promise<void> {
    await onEach((url) => alone(url, from, `alter database ${from} rename to ${to}`));
  },
};

async function onEach(work: (url: string) => Promise<unknown>): Promise<void> {
  for (const url of [inject('postgresUrl'), ...inject('citusWorkers')]) await work(url);
}

/** SQLSTATE: somebody is connected to the database. */
const OBJECT_IN_USE = '55006';

const MOST_TRIES = 20;

/**
 * Runs a statement for which nobody may be connected to a database. Citus keeps processes connected to
 * each of its own, which end when they are told to, and come again while another of them ends.
 */
async function alone(url: string, name: string, text: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    if (testCluster.isCitus) {
      await sql(
        url,
        'select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1',
        [name],
      );
    }
    try {
      await sql(url, text);
      return;
    } catch (error) {
      const inUse = (error as { readonly code?: unknown }).code === OBJECT_IN_USE;
      if (!testCluster.isCitus || !inUse || tries === MOST_TRIES) throw error;
    }
  }
}
