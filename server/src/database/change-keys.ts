import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import { addIndex } from './add-index.ts';
import { KEY_VERSION_PATTERN } from './application-name.ts';
import { INDEX_ADDITIONS, type IndexAddition } from './index-additions.ts';
import { isDistributed } from './is-distributed.ts';
import { KEY_CHANGES, type KeyChange } from './key-changes.ts';
import { noticeClient } from './notice-client.ts';

/** An arbitrary number that nothing else locks in our database. */
const LOCK = 7_210_401_511;

/** How long statements of the trail may queue behind our wait for the lock on all of it. */
const LOCK_MS = 300;

/**
 * The same, with the work under that lock: 100 partitions took 0.6 s on a busy machine of two cores.
 * Several hundred may not fit: then the start of the only node exchanges the key.
 */
const EXCHANGE_MS = 900;

/** The same while no node is up, so nobody waits. */
const ALONE_MS = 60_000;

/**
 * How long we wait for whatever else maintains the table. PostgreSQL ends a vacuum that is in the way
 * after a second, one partition after the other.
 */
const MAINTENANCE_MS = 30_000;

const TRIES = 10;
const TRY_AGAIN_MS = 1_000;

/**
 * SQLSTATE: lock_not_available, query_canceled and deadlock_detected; undefined_object and
 * object_not_in_prerequisite_state where a partition was attached since its index was looked for.
 */
const TRY_AGAIN = ['55P03', '57014', '40P01', '42704', '55000'];

/** A start makes indexes of this many rows or so in a second; larger partitions wait for the keeper. */
const QUICK_BYTES = 64 * 1024 * 1024;

/** Making an index concurrently waits for all older transactions of the database; a start only so long. */
const QUICK_WAIT_MS = 5_000;

interface Options {
  readonly log: Logger;
  /** Leaves large partitions, and what waits for other transactions, to a later run. */
  readonly quick?: boolean;
  /** Aborts the run; the next one continues from there, as after a crash. */
  readonly signal?: AbortSignal;
  readonly changes?: readonly KeyChange[];
  readonly additions?: readonly IndexAddition[];
}

/** How a run goes about one change. */
interface Manner {
  readonly log: Logger;
  readonly quick: boolean;
  readonly signal: AbortSignal | undefined;
}

/**
 * Changes the primary keys of partitioned tables that have rows, and adds indexes to them (`addIndex`),
 * beside the running work. A key:
 *
 * old key -> the index of the new key on each partition -> (nodes of earlier versions are gone) -> new key
 *
 * The state is what the catalogs say, so a run continues where another one ended or was killed. A run
 * does what it can, and resolves to whether nothing is left to do.
 *
 * - An index is made concurrently. One whose making was interrupted is invalid, and made again.
 * - Until the end the old key stays, because statements of earlier versions look rows up by it, and
 *   without it would read a whole lane. Their nodes are recognized by the names of their connections.
 * - The exchange itself changes catalogs only. Its locks stop all work on the table, so it is given up
 *   after less than a second and tried again.
 */
export async function changeKeys(
  databaseUrl: string,
  { log, quick = false, signal, changes = KEY_CHANGES, additions = INDEX_ADDITIONS }: Options,
): Promise<boolean> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'hooktrail keys',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  });
  // The statement rejects.
  client.on('error', () => undefined);
  const abort = () => client.connection.stream.destroy();
  signal?.addEventListener('abort', abort, { once: true });
  await client.connect();
  try {
    // A limit of the role or the database is for short statements, and would end each try anew.
    await client.query('set statement_timeout = 0');
    await noticeClient((text) => client.query(text));
    let done = true;
    for (const change of changes) {
      if (await hasKey(client, change)) continue;
      done = (await changeKey(client, change, { log, quick, signal })) && done;
    }
    for (const addition of additions) {
      done = (await addMissing(client, addition, { log, quick, signal })) && done;
    }
    return done;
  } finally {
    signal?.removeEventListener('abort', abort);
    await client.end(); // also releases the lock
  }
}

async function hasKey(client: pg.Client, { table, columns }: KeyChange): Promise<boolean> {
  const { rows } = await client.query<{ key: string[] }>(
    `select array_agg(a.attname::text order by k.place) as key
from pg_constraint c
cross join unnest(c.conkey) with ordinality as k (attnum, place)
join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.attnum
where c.conrelid = $1::regclass and c.contype = 'p'`,
    [table],
  );
  return rows[0]?.key?.join() === columns.join();
}

async function changeKey(client: pg.Client, change: KeyChange, manner: Manner): Promise<boolean> {
  const { table, columns } = change;
  const { log, quick } = manner;
  if (await isDistributed(client, table)) {
    log.warn(
      { table, columns },
      'this Citus cluster has an old primary key: change it while no node runs (docs/scaling.md)',
    );
    return false;
  }
  return tryAgain(
    client,
    { ...manner, failed: `could not change the key of ${table} yet` },
    async () => {
      // Another node may have done it until this one got the lock.
      if (await hasKey(client, change)) return true;
      await client.query(`set lock_timeout = ${quick ? QUICK_WAIT_MS : 0}`);
      if (!(await makeIndexes(client, change, quick ? QUICK_BYTES : undefined, log))) return false;
      const nodes = await nodesUp(client, change);
      if (nodes.earlier > 0) {
        log.info(
          { table },
          'the old primary key stays until nodes of earlier versions are stopped; looking again in an hour',
        );
        return false;
      }
      await exchange(client, change, nodes.all === 0 ? ALONE_MS : EXCHANGE_MS);
      log.info({ table, columns }, 'changed the primary key');
      return true;
    },
  );
}

async function addMissing(
  client: pg.Client,
  addition: IndexAddition,
  manner: Manner,
): Promise<boolean> {
  const { log, quick } = manner;
  const { name, table } = addition;
  if (await isDistributed(client, table)) {
    const { rows } = await client.query('select to_regclass($1) is not null as exists', [name]);
    if (!rows[0].exists) {
      log.warn({ index: name }, 'this Citus cluster lacks an index: make it (docs/scaling.md)');
    }
    return rows[0].exists;
  }
  return tryAgain(client, { ...manner, failed: `could not add ${name} yet` }, () =>
    addIndex(client, addition, {
      log,
      maxBytes: quick ? QUICK_BYTES : undefined,
      waitMs: quick ? QUICK_WAIT_MS : 0,
    }),
  );
}

/** Runs a change, again while it is in the way of the work; resolves to false if it stays so. */
async function tryAgain(
  client: pg.Client,
  { failed, log, quick, signal }: Manner & { readonly failed: string },
  change: () => Promise<boolean>,
): Promise<boolean> {
  // Never waits: an index that is made concurrently waits for every waiting statement.
  const { rows } = await client.query('select pg_try_advisory_lock($1) as free', [LOCK]);
  if (!rows[0].free) return false;
  for (let tries = 1; ; tries++) {
    try {
      return await change();
    } catch (error) {
      // A lost connection has rolled back already.
      await client.query('rollback').catch(() => undefined);
      if (!TRY_AGAIN.includes((error as pg.DatabaseError).code ?? '')) throw error;
      if (quick || tries === TRIES || signal?.aborted) {
        log.warn({ err: error }, failed);
        return false;
      }
    }
    await sleep(TRY_AGAIN_MS, undefined, signal === undefined ? {} : { signal });
  }
}

interface Partition {
  /** Qualified and quoted where needed, like the next two. */
  readonly table: string;
  readonly schema: string;
  /** The index of the new key. */
  readonly index: string;
  /** Null where there is none. */
  readonly valid: boolean | null;
  /** A bigint, as text. */
  readonly bytes: string;
  /** Its detaching was interrupted: the keeper ends it first. */
  readonly pending: boolean;
}

const indexSuffix = ({ migration }: KeyChange) => `_key${migration}`;

/** Makes the missing indexes, of small partitions first; resolves to whether none is missing. */
async function makeIndexes(
  client: pg.Client,
  change: KeyChange,
  maxBytes: number | undefined,
  log: Logger,
): Promise<boolean> {
  const { rows } = await client.query<Partition>(
    `select
  c.oid::regclass::text as table, quote_ident(n.nspname) as schema, x.indisvalid as valid,
  quote_ident(left(c.relname, 50) || $2) as index, pg_relation_size(c.oid) as bytes,
  h.inhdetachpending as pending
from pg_inherits h
join pg_class c on c.oid = h.inhrelid
join pg_namespace n on n.oid = c.relnamespace
left join pg_class i on i.relnamespace = c.relnamespace and i.relname = left(c.relname, 50) || $2
left join pg_index x on x.indexrelid = i.oid
where h.inhparent = $1::regclass
order by pg_relation_size(c.oid), c.relname`,
    [change.table, indexSuffix(change)],
  );
  const missing = rows.filter(({ valid }) => !valid);
  const possible = missing.filter(({ bytes }) => Number(bytes) <= (maxBytes ?? Number(bytes)));
  for (const { index, schema, table, valid } of possible) {
    const startMs = Date.now();
    if (valid === false) await client.query(`drop index concurrently ${schema}.${index}`);
    await client.query(
      `create unique index concurrently ${index} on ${table} (${change.columns.join(', ')})`,
    );
    log.info({ partition: table, durationMs: Date.now() - startMs }, 'indexed by the new key');
  }
  return possible.length === missing.length && !rows.some(({ pending }) => pending);
}

interface NodesUp {
  /** Connections of nodes whose statements need the key before this change. */
  readonly earlier: number;
  /** Nodes that listen for notifications: all but those that are still starting. */
  readonly all: number;
}

async function nodesUp(client: pg.Client, { migration }: KeyChange): Promise<NodesUp> {
  const { rows } = await client.query<NodesUp>(
    `select
  count(*) filter (
    where coalesce(substring(application_name from $1)::integer, 0) < $2
  )::integer as earlier,
  count(*) filter (where application_name ~ ' listener$')::integer as all
from pg_stat_activity
where datname = current_database() and application_name ~ $1`,
    [KEY_VERSION_PATTERN, migration],
  );
  return rows[0] as NodesUp;
}

/**
 * Drops the old key and makes the indexes of the partitions the new one. While statements use the
 * table, only the second lock waits for them; the first keeps other maintenance out before that, so that
 * the second is granted for all partitions at once.
 */
async function exchange(client: pg.Client, change: KeyChange, limitMs: number): Promise<void> {
  const { table, columns } = change;
  await client.query(`begin; set local lock_timeout = ${MAINTENANCE_MS};
lock table ${table} in share update exclusive mode;
set local lock_timeout = ${LOCK_MS}; set local statement_timeout = ${limitMs}`);
  await client.query(`do $$
declare
  partition record;
begin
  lock table ${table} in access exclusive mode;
  alter table ${table} drop constraint ${table}_pkey;
  for partition in
    select c.oid::regclass as name, c.relname, left(c.relname, 50) || '${indexSuffix(change)}' as index
    from pg_inherits h join pg_class c on c.oid = h.inhrelid
    where h.inhparent = '${table}'::regclass
  loop
    execute format(
      'alter table %s add constraint %I primary key using index %I',
      partition.name, left(partition.relname, 50) || '_pkey', partition.index
    );
  end loop;
  alter table ${table} add constraint ${table}_pkey primary key (${columns.join(', ')});
end
$$`);
  await client.query('commit');
}
