import pg from 'pg';
import type { Logger } from 'pino';
import { isDistributed } from './is-distributed.ts';
import { MigrationError } from './migration-error.ts';
import type { Migration } from './read-migrations.ts';
import { readMigrations } from './read-migrations.ts';
import { splitStatements } from './split-statements.ts';

/** The same path from `src` and from `dist`. */
const MIGRATIONS = new URL('../../migrations/', import.meta.url);
/** An arbitrary number that nothing else locks in our database. */
const LOCK = 7_210_401_508;

/**
 * Migrates a database to the schema of this version: runs the files of `server/migrations` that
 * were not applied yet, in order, forward only.
 *
 * Each file and the row that records it are one transaction, so a migration is applied completely
 * or not at all. The transaction takes an advisory lock and then reads the applied migrations
 * again: of several nodes that start together, one applies a migration and the others find it
 * applied. (The lock belongs to the transaction, not to the session, so it also works through a
 * connection pooler.)
 *
 * @throws MigrationError if a released file was edited, the database is from a newer version, or a
 * file fails; then with its name, line and column.
 */
export async function migrate(
  databaseUrl: string,
  log: Logger,
  folder = MIGRATIONS,
): Promise<void> {
  const migrations = await readMigrations(folder);
  const client = new pg.Client({ connectionString: databaseUrl });
  // Without a listener, a connection lost between two queries would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    while (await migrateOnce(client, migrations, log));
  } finally {
    await client.end();
  }
}

/** Applies the next migration, if any; returns whether there may be more. */
async function migrateOnce(
  client: pg.Client,
  migrations: readonly Migration[],
  log: Logger,
): Promise<boolean> {
  await client.query('begin');
  try {
    await takeTurn(client, log);
    const applied = await appliedMigrations(client);
    check(migrations, applied);
    const next = migrations[applied.length];
    if (next !== undefined) await apply(client, next, log);
    await client.query('commit');
    return next !== undefined;
  } catch (error) {
    // The first error matters; a lost connection has rolled back already.
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

async function takeTurn(client: pg.Client, log: Logger): Promise<void> {
  const { rows } = await client.query<{ free: boolean }>(
    'select pg_try_advisory_xact_lock($1) as free',
    [LOCK],
  );
  if (rows[0]?.free) return;
  log.info('waiting for another node to migrate the database');
  await client.query('select pg_advisory_xact_lock($1)', [LOCK]);
}

interface Applied {
  readonly file: string;
  readonly checksum: string;
}

async function appliedMigrations(client: pg.Client): Promise<readonly Applied[]> {
  // Checked first: "create if not exists" would need the privilege to create at every start.
  const { rows } = await client.query<{ missing: boolean }>(
    `select to_regclass('migration') is null as missing`,
  );
  if (rows[0]?.missing) {
    await client.query(`
      create table migration (
        number integer primary key,
        file text not null,
        checksum text not null,
        applied_at timestamptz not null default now()
      )`);
  }
  return (await client.query<Applied>('select file, checksum from migration order by number')).rows;
}

function check(migrations: readonly Migration[], applied: readonly Applied[]): void {
  for (const [index, { file, checksum }] of applied.entries()) {
    const ours = migrations[index];
    if (ours === undefined) {
      throw new MigrationError(
        `The database is newer than this Hooktrail: it has migration ${file}, and the last one of this ` +
          `version is ${migrations.at(-1)?.file ?? 'none'}. Start the newer version.`,
      );
    }
    if (ours.file !== file || ours.checksum !== checksum) {
      throw new MigrationError(
        `Migration ${ours.file} is not the one that was applied to this database as ${file}: it ` +
          'was edited after its release, or the database belongs to another program. Restore the ' +
          'file and put the change into a new migration.',
      );
    }
  }
}

async function apply(client: pg.Client, migration: Migration, log: Logger): Promise<void> {
  const { number, file, sql, checksum } = migration;
  const startMs = Date.now();
  let [from, to] = [0, 0];
  try {
    // Citus refuses several statements in one query on tables that it distributes.
    const isApart = await isDistributed(client, 'invocation');
    for (const part of isApart ? splitStatements(sql) : [sql]) {
      from = sql.indexOf(part, to);
      to = from + part.length;
      await client.query(part);
    }
  } catch (error) {
    const { position, message } = error as pg.DatabaseError;
    const place =
      position === undefined
        ? file
        : `${file}:${lineAndColumn(sql, [...sql.slice(0, from)].length + Number(position))}`;
    throw new MigrationError(`Migration ${place} failed: ${message}`, { cause: error });
  }
  await client.query('insert into migration (number, file, checksum) values ($1, $2, $3)', [
    number,
    file,
    checksum,
  ]);
  log.info({ file, durationMs: Date.now() - startMs }, 'migrated the database');
}

/** PostgreSQL counts characters, not UTF-16 units, from 1. */
function lineAndColumn(sql: string, position: number): string {
  const lines = [...sql]
    .slice(0, position - 1)
    .join('')
    .split('\n');
  return `${lines.length}:${[...(lines.at(-1) ?? '')].length + 1}`;
}
