import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from '@hooktrail/harness/sql';
import { pino } from 'pino';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../database/embedded-postgres.ts';
import { migrate } from '../database/migrate.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The database that tests connect to when they create their own. */
    postgresUrl: string;
    /** The migrated database that they copy. */
    templateDatabase: string;
  }
}

/**
 * Starts one PostgreSQL for all test files of a run, or uses the one that
 * `HOOKTRAIL_TEST_DATABASE_URL` names. Its user must be allowed to create databases.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['HOOKTRAIL_TEST_DATABASE_URL'];
  const server = given ? { url: given, stop: async () => undefined } : await startThrowAway();
  // Unique, since several runs may share one PostgreSQL.
  const template = `hooktrail_test_${Date.now().toString(36)}_${process.pid}`;
  const templateUrl = new URL(server.url);
  templateUrl.pathname = template;
  try {
    await sql(server.url, `create database ${template}`);
    await migrate(templateUrl.href, pino({ level: 'silent' }));
  } catch (error) {
    await server.stop();
    throw error;
  }
  project.provide('postgresUrl', server.url);
  project.provide('templateDatabase', template);

  return async () => {
    try {
      for (const name of [template, `${template}_days`]) {
        await sql(server.url, `drop database if exists ${name}`);
      }
    } finally {
      await server.stop();
    }
  };
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
