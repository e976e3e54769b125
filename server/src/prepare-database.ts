import type { Logger } from 'pino';
import type { Config } from './config/config.ts';
import { checkDatabase } from './database/check-database.ts';
import { startEmbeddedPostgres } from './database/embedded-postgres.ts';
import { migrate } from './database/migrate.ts';
import type { StopList } from './stop-list.ts';

/** A process opens at most 16 of many; PostgreSQL keeps three for its superuser, and people use some. */
const CONNECTIONS_A_PROCESS = 16;
const OTHER_CONNECTIONS = 20;

/** Starts the embedded PostgreSQL if no other is set, and migrates the database. Resolves to its URL. */
export async function prepareDatabase(
  config: Pick<Config, 'databaseUrl' | 'dataDir' | 'processes'>,
  log: Logger,
  stops: StopList,
): Promise<string> {
  let { databaseUrl } = config;
  if (databaseUrl === undefined) {
    const { dataDir, processes } = config;
    const connections = OTHER_CONNECTIONS + CONNECTIONS_A_PROCESS * processes;
    const settings = connections > 100 ? { max_connections: String(connections) } : {};
    const embedded = await startEmbeddedPostgres({ dataDir, log, settings });
    stops.add('the embedded PostgreSQL', () => embedded.stop());
    databaseUrl = embedded.url;
  }
  await checkDatabase(databaseUrl);
  await migrate(databaseUrl, log);
  return databaseUrl;
}
