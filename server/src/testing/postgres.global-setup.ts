import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from '@hooktrail/harness/sql';
import { pino } from 'pino';
import type { TestProject } from 'vitest/node';
import { prepareCitus } from '../database/citus/prepare-citus.ts';
import { startEmbeddedPostgres } from '../database/embedded-postgres.ts';
import { migrate } from '../database/migrate.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The database that tests connect to when they create their own. */
    postgresUrl: string;
    /** The migrated database that they copy. */
    templateDatabase: string;
    /** The same as `postgresUrl` of each worker of a Citus cluster; none without one. */
    citusWorkers: readonly string[];
  }
}

/**
 * Starts one PostgreSQL for all test files of a run, or uses the one that
 * `HOOKTRAIL_TEST_DATABASE_URL` names. Its user must be allowed to create databases.
 *
 * `HOOKTRAIL_TEST_CITUS_URL` names a database of the coordinator of a Citus cluster that knows its
 * workers. Its user must be a superuser of all machines, from which the machines can be reached.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const citusUrl = process.env['HOOKTRAIL_TEST_CITUS_URL'];
  const given = citusUrl || process.env['HOOKTRAIL_TEST_DATABASE_URL'];
  const server = given ? { url: given, stop: async () => undefined } : await startThrowAway();
  // Unique, since several runs may share one PostgreSQL.
  const template = `hooktrail_test_${Date.now().toString(36)}_${process.pid}`;
  const templateUrl = new URL(server.url);
  templateUrl.pathname = template;
  let workers: string[] = [];
  try {
    if (citusUrl) workers = await workersOf(citusUrl);
    for (const url of [server.url, ...workers]) await sql(url, `create database ${template}`);
    if (citusUrl) await joinCluster(templateUrl.href, workers);
    else await migrate(templateUrl.href, pino({ level: 'silent' }));
  } catch (error) {
    await server.stop();
    throw error;
  }
  project.provide('postgresUrl', server.url);
  project.provide('templateDatabase', template);
  project.provide('citusWorkers', workers);

  return async () => {
    try {
      for (const name of [template, `${template}_days`]) {
        for (const url of [server.url, ...workers]) {
          await sql(url, `drop database if exists ${name}${citusUrl ? ' with (force)' : ''}`);
        }
      }
    } finally {
      await server.stop();
    }
  };
}

/** Few, because each test database has a file for each. */
const TEST_SHARDS = 4;

async function workersOf(citusUrl: string): Promise<string[]> {
  const rows = await sql<{ nodename: string; nodeport: number }>(
    citusUrl,
    'select nodename, nodeport from pg_dist_node where groupid <> 0 order by nodeid',
  );
  if (rows.length === 0) throw new Error(`the cluster of ${citusUrl} has no workers`);
  return rows.map(({ nodename, nodeport }) => {
    const url = new URL(citusUrl);
    url.hostname = nodename;
    url.port = String(nodeport);
    return url.href;
  });
}

/** Makes the same database on all machines one of their cluster, and distributes our tables in it. */
async function joinCluster(url: string, workers: readonly string[]): Promise<void> {
  const { hostname, pathname, port } = new URL(url);
  const own = workers.map((worker) => {
    const there = new URL(worker);
    there.pathname = pathname;
    return there;
  });
  for (const { href } of [new URL(url), ...own]) await sql(href, 'create extension citus');
  await sql(url, 'select citus_set_coordinator_host($1, $2)', [hostname, Number(port)]);
  for (const worker of own) {
    await sql(url, 'select citus_add_node($1, $2)', [worker.hostname, Number(worker.port)]);
  }
  await prepareCitus(url, pino({ level: 'silent' }), TEST_SHARDS);
}

async function startThrowAway(): Promise<{ url: string; stop(): Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'hooktrail-test-'));
  const remove = () => rm(dataDir, { recursive: true, force: true });
  try {
    const postgres = await startEmbeddedPostgres({
      dataDir,
      log: pino({ level: 'error' }),
      settings: {
        max_connections: '300',
        // No data outlives the run.
        fsync: 'off',
        full_page_writes: 'off',
      },
    });
    return {
      url: postgres.url,
      async stop() {
        await postgres.stop();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
