import type pg from 'pg';
import type { Logger } from 'pino';
import type { IndexAddition } from './index-additions.ts';

/** How long statements of the trail may queue behind our wait for a lock on one index or the table. */
const LOCK_MS = 300;

interface Options {
  readonly log: Logger;
  /** Larger partitions are left to a later run. */
  readonly maxBytes: number | undefined;
  /** How long making an index waits for other transactions, in milliseconds; 0: as long as it takes. */
  readonly waitMs: number;
}

interface Partition {
  /** Qualified and quoted where needed, like the next two. */
  readonly table: string;
  readonly schema: string;
  readonly index: string;
  /** Null where the index does not exist. */
  readonly valid: boolean | null;
}

/**
 * Adds an index to a partitioned table that has rows, beside the running work:
 *
 * an index of the table without its partitions -> an index on each partition, made concurrently, the
 * smallest partition first -> attached
 *
 * New partitions get the index with the first step. Statements use it in the partitions that have it.
 * Resolves to whether all partitions have it; a later run continues from what the catalogs say.
 */
export async function addIndex(
  client: pg.Client,
  addition: IndexAddition,
  { log, maxBytes, waitMs }: Options,
): Promise<boolean> {
  const { columns, name, table, where } = addition;
  const as = `(${columns.join(', ')}) where ${where}`;
  const { rows } = await client.query<{ exists: boolean }>(
    'select to_regclass($1) is not null as exists',
    [name],
  );
  if (!rows[0]?.exists) {
    await client.query(`set lock_timeout = ${LOCK_MS}`);
    await client.query(`create index if not exists ${name} on only ${table} ${as}`);
  }
  const missing = await partitionsWithout(client, addition, undefined);
  const possible =
    maxBytes === undefined ? missing : await partitionsWithout(client, addition, maxBytes);
  for (const { index, schema, table: partition, valid } of possible) {
    const startMs = Date.now();
    await client.query(`set lock_timeout = ${waitMs}`);
    if (valid === false) await client.query(`drop index concurrently ${schema}.${index}`);
    if (!valid) await client.query(`create index concurrently ${index} on ${partition} ${as}`);
    await client.query(`set lock_timeout = ${LOCK_MS}`);
    await client.query(`alter index ${name} attach partition ${schema}.${index}`);
    log.info({ partition, index: name, durationMs: Date.now() - startMs }, 'added an index');
  }
  return possible.length === missing.length;
}

/** The partitions, up to a size, to which the index is not attached; not those being detached. */
async function partitionsWithout(
  client: pg.Client,
  { name, suffix, table }: IndexAddition,
  maxBytes: number | undefined,
): Promise<Partition[]> {
  const { rows } = await client.query<Partition>(
    `select
  c.oid::regclass::text as table, quote_ident(n.nspname) as schema, x.indisvalid as valid,
  quote_ident(left(c.relname, 50) || $3) as index
from pg_inherits h
join pg_class c on c.oid = h.inhrelid
join pg_namespace n on n.oid = c.relnamespace
left join pg_class i on i.relnamespace = c.relnamespace and i.relname = left(c.relname, 50) || $3
left join pg_index x on x.indexrelid = i.oid
where h.inhparent = $1::regclass and not h.inhdetachpending
  and ($4::bigint is null or pg_relation_size(c.oid) <= $4)
  and not exists (
    select from pg_inherits attached join pg_index a on a.indexrelid = attached.inhrelid
    where attached.inhparent = $2::regclass and a.indrelid = c.oid
  )
order by pg_relation_size(c.oid), c.relname`,
    [table, name, suffix, maxBytes],
  );
  return rows;
}
