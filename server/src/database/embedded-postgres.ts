import { rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import { EmbeddedPostgresError } from './embedded/embedded-postgres-error.ts';
import { lockDataFolder } from './embedded/lock-data-folder.ts';
import { postgresAccount } from './embedded/postgres-account.ts';
import { postgresBinaries } from './embedded/postgres-binaries.ts';
import { openPostgresLog } from './embedded/postgres-log.ts';
import { POSTGRES_SETTINGS } from './embedded/postgres-settings.ts';
import { prepareCluster, SUPERUSER } from './embedded/prepare-cluster.ts';
import { openDataFolder, prepareDataFolder } from './embedded/prepare-data-folder.ts';
import { removeStaleFiles } from './embedded/remove-stale-files.ts';
import { socketFolder } from './embedded/socket-folder.ts';
import { stopOrphanedPostgres } from './embedded/stop-orphaned-postgres.ts';
import { supervisePostgres } from './embedded/supervise-postgres.ts';

const DATABASE = 'hooktrail';
const PORT = 5432; // only part of the socket's name

/** How to start the embedded PostgreSQL. */
export interface EmbeddedPostgresOptions {
  /** The folder for all data; created if missing. */
  readonly dataDir: string;
  readonly log: Logger;
  /** Overrides PostgreSQL settings, for tests only. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A private PostgreSQL, restarted when it crashes. */
export interface EmbeddedPostgres {
  /** A socket in the file system, never a port. */
  readonly url: string;
  /** Stops it and releases the folder. Call it last, after everything that uses `url`. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL in a data folder, which the first start creates:
 *
 * | in the folder | |
 * |---|---|
 * | `postgres/` | the database |
 * | `postgres.log` | PostgreSQL's log |
 * | `socket/` | its socket |
 * | `node.lock.N` | the process that uses the folder |
 * | `node.socket.X` | a socket on which that process listens |
 * | `postgresql-N/` | the programs, if they cannot run from `node_modules` |
 *
 * @throws EmbeddedPostgresError with the cause and what to do.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const { log } = options;
  if (process.platform === 'win32') {
    throw new EmbeddedPostgresError(
      'The embedded PostgreSQL needs Linux or macOS. Set HOOKTRAIL_DATABASE_URL instead.',
    );
  }
  // Undo steps run from last to first, after a failed start and after a stop.
  const undo: (() => Promise<void> | void)[] = [];
  async function undoAll(): Promise<void> {
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step();
  }
  try {
    const dataDir = await prepareDataFolder(options.dataDir);
    undo.push(await lockDataFolder(dataDir));

    const clusterDir = join(dataDir, 'postgres');
    const account = await postgresAccount(clusterDir);
    if (account !== undefined) await openDataFolder(dataDir, account);
    const binaries = await postgresBinaries(dataDir, account);
    await prepareCluster(clusterDir, binaries, account);

    const socketDir = await socketFolder(dataDir, account);
    if (dirname(socketDir) !== dataDir) undo.push(() => rmdir(socketDir).catch(() => undefined));
    const output = await openPostgresLog(join(dataDir, 'postgres.log'));
    undo.push(() => output.close());

    const urlOf = (database: string) =>
      `postgresql://${SUPERUSER}@${encodeURIComponent(socketDir)}:${PORT}/${database}?sslmode=disable`;
    const settings = {
      ...POSTGRES_SETTINGS,
      ...options.settings,
      port: String(PORT),
      // The setting is a list; the quotes protect a comma in the path.
      unix_socket_directories: `"${socketDir.replaceAll('"', '""')}"`,
    };
    const server = await supervisePostgres({
      program: binaries.postgres,
      args: [
        ...['-D', clusterDir],
        ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      account,
      async prepare() {
        await stopOrphanedPostgres(clusterDir, log);
        await removeStaleFiles(clusterDir, socketDir);
      },
      untilReady: (signal) => untilReady(urlOf('postgres'), signal, log),
      output,
      log,
    });
    undo.push(() => server.stop());
    log.info({ dataDir }, 'started the embedded PostgreSQL');

    let stopped: Promise<void> | undefined;
    return {
      url: urlOf(DATABASE),
      stop() {
        stopped ??= undoAll();
        return stopped;
      },
    };
  } catch (error) {
    await undoAll();
    throw error;
  }
}

const POLL_MS = 20;
const LOG_EVERY_MS = 10_000;

/**
 * Waits without a limit: recovering a large log after a crash takes minutes and is not a failure.
 */
async function untilReady(url: string, signal: AbortSignal, log: Logger): Promise<void> {
  for (let logMs = Date.now() + LOG_EVERY_MS; ; await sleep(POLL_MS, undefined, { signal })) {
    signal.throwIfAborted();
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const found = await client.query('select from pg_database where datname = $1', [DATABASE]);
      if (found.rowCount === 0) await client.query(`create database ${DATABASE}`);
      return;
    } catch (error) {
      if (!isStarting(error)) throw error;
      if (Date.now() >= logMs) {
        log.info('PostgreSQL is still starting: it recovers from a crash');
        logMs = Date.now() + LOG_EVERY_MS;
      }
    } finally {
      await client.end();
    }
  }
}

/** No socket yet, no listener on it yet, or 57P03: "the database system is starting up". */
function isStarting(error: unknown): boolean {
  const { code = '' } = error as { code?: string };
  return ['ENOENT', 'ECONNREFUSED', 'ECONNRESET', '57P03'].includes(code);
}
