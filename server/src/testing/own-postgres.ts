import { join } from 'node:path';
import { makeOwnPostgres as make, type OwnPostgres } from '@hooktrail/harness/own-postgres';
import { postgresAccount } from '../database/embedded/postgres-account.ts';
import { postgresBinaries } from '../database/embedded/postgres-binaries.ts';
import { postgresProcessesIn } from '../database/embedded/stop-orphaned-postgres.ts';

/**
 * Makes a PostgreSQL with the embedded programs, or with those in the folder that
 * `HOOKTRAIL_TEST_POSTGRES_BIN` names.
 */
export async function makeOwnPostgres(): Promise<OwnPostgres> {
  const account = await postgresAccount('');
  const bin = process.env['HOOKTRAIL_TEST_POSTGRES_BIN'];
  return await make({
    account,
    programs: (folder) =>
      bin
        ? Promise.resolve({ initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') })
        : postgresBinaries(folder, account),
    processesIn: postgresProcessesIn,
  });
}
