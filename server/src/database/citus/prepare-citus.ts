import pg from 'pg';
import type { Logger } from 'pino';
import { migrate } from '../migrate.ts';
import {
  citusStatement,
  DISTRIBUTED_TABLES,
  MOST_SHARDS,
  REFERENCE_TABLES,
} from './citus-tables.ts';

/** The database cannot be prepared; the message says what to do. */
export class CitusError extends Error {
  override readonly name = 'CitusError';
}

/**
 * Migrates a new database of a Citus cluster to this version and distributes its tables, all or
 * none. It does so in one transaction, sequentially, because within one Citus refuses to use
 * reference tables and their dependants in parallel. It skips distributed tables, so it can run
 * again, and must after an update that adds a table. Returns the tables that it distributed.
 *
 * @param asked - The number of shards; without it one for each machine that may have some. Groups of rows are of one
 * shard, so few shards make large groups: an event cost 1.6 times as much of the database as on one PostgreSQL with 2
 * shards, and 4 times with 8 (docs/decisions/shards-by-name.md). A shard can be split later.
 * @throws CitusError without Citus, or if a table has rows: no node may write meanwhile, and Citus
 * has better tools to move an existing trail.
 */
export async function prepareCitus(
  databaseUrl: string,
  log: Logger,
  asked?: number,
): Promise<string[]> {
  await refuseWithoutCitus(databaseUrl);
  await migrate(databaseUrl, log);
  return withClient(databaseUrl, async (client) => {
    await client.query('begin');
    await client.query(`set local citus.multi_shard_modify_mode to 'sequential'`);
    const left = await undistributed(client);
    // A new database has rows in this table: its applied migrations.
    await refuseRows(
      client,
      left.filter((table) => table !== 'migration'),
    );
    const shards = asked ?? (await countMachines(client));
    for (const table of left) {
      await client.query(citusStatement(table, shards));
      log.info({ table }, 'distributed a table');
    }
    await client.query('commit');
    return left;
  });
}

async function refuseWithoutCitus(databaseUrl: string): Promise<void> {
  await withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ there: boolean }>(
      `select to_regproc('create_distributed_table') is not null as there`,
    );
    if (rows[0]?.there) return;
    throw new CitusError(
      'this database is not part of a Citus cluster: install Citus, run "create extension citus" in this ' +
        'database on every machine, and add the machines with citus_add_node',
    );
  });
}

/** How many machines may have shards; a cluster that is one machine may not have added it. */
async function countMachines(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ machines: number }>(
    `select count(*)::integer as machines
from pg_dist_node
where shouldhaveshards and isactive and noderole = 'primary'`,
  );
  return Math.min(Math.max(1, rows[0]?.machines ?? 0), MOST_SHARDS);
}

async function undistributed(client: pg.Client): Promise<string[]> {
  const tables = [...REFERENCE_TABLES, ...DISTRIBUTED_TABLES];
  const { rows } = await client.query<{ table: string }>(
    `select t as table
from unnest($1::text[]) with ordinality as w (t, place)
where not exists (select from pg_dist_partition where logicalrelid = t::regclass)
order by place`,
    [tables],
  );
  return rows.map(({ table }) => table);
}

async function refuseRows(client: pg.Client, tables: readonly string[]): Promise<void> {
  const full: string[] = [];
  for (const table of tables) {
    await client.query(`lock table ${table} in share mode`);
    const { rowCount } = await client.query(`select from ${table} limit 1`);
    if (rowCount !== 0) full.push(table);
  }
  if (full.length === 0) return;
  throw new CitusError(
    `there are rows in ${full.join(', ')}: only a new database can be prepared, before its first node ` +
      'starts',
  );
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'hooktrail citus' });
  client.on('error', () => undefined); // the statement rejects
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end(); // rolls back without a commit
  }
}
