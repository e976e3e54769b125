import pg from 'pg';
import type { Logger } from 'pino';
import { isDistributed } from './is-distributed.ts';
import { NEW_INDEXES, type NewIndex } from './new-indexes.ts';

/** An arbitrary number that nothing else locks in our database. */
const LOCK = 7_210_401_512;

/** How long statements of the trail may queue behind our wait for the lock on an index. */
const LOCK_MS = 300;

/** SQLSTATE: lock_not_available. */
const LOCK_NOT_AVAILABLE = '55P03';

interface Options {
  readonly log: Logger;
  /** Only looks whether all parts are there. */
  readonly quick?: boolean;
  /** Aborts the run; the next one continues from there, as after a crash. */
  readonly signal?: AbortSignal;
  readonly indexes?: readonly NewIndex[];
}

/**
 * Makes the parts of new indexes on the partitions that were there before the index, beside the running
 * work: concurrently, then attached to the index of the parent. Partitions that are made later get their
 * parts by themselves.
 *
 * The state is what the catalogs say, so a run continues where another one ended or was killed: a part
 * whose making was interrupted is invalid, and made again. Resolves to whether all parts are there.
 */
export async function makeIndexes(
  databaseUrl: string,
  { log, quick = false, signal, indexes = NEW_INDEXES }: Options,
): Promise<boolean> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'hooktrail indexes',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  });
  // The statement rejects.
  client.on('error', () => undefined);
  const abort = () => client.connection.stream.destroy();
  signal?.addEventListener('abort', abort, { once: true });
  await client.connect();
  try {
    let done = true;
    for (const index of indexes) {
      done = (await makeIndex(client, index, { log, quick })) && done;
    }
    return done;
  } finally {
    signal?.removeEventListener('abort', abort);
    await client.end(); // also releases the lock
  }
}

interface Part {
  /** Qualified and quoted where needed, like the next two. */
  readonly table: string;
  readonly schema: string;
  readonly index: string;
  /** Null where there is none. */
  readonly valid: boolean | null;
}

async function makeIndex(
  client: pg.Client,
  index: NewIndex,
  { log, quick }: { readonly log: Logger; readonly quick: boolean },
): Promise<boolean> {
  // The migration of a Citus cluster made all parts.
  if (await isDistributed(client, index.table)) return true;
  const { rows: missing } = await client.query<Part>(
    `select
  c.oid::regclass::text as table, quote_ident(n.nspname) as schema, x.indisvalid as valid,
  quote_ident(left(c.relname, 40) || '_' || $2) as index
from pg_inherits h
join pg_class c on c.oid = h.inhrelid
join pg_namespace n on n.oid = c.relnamespace
left join pg_class i on i.relnamespace = c.relnamespace and i.relname = left(c.relname, 40) || '_' || $2
left join pg_index x on x.indexrelid = i.oid
where h.inhparent = $1::regclass and not h.inhdetachpending and not exists (
  select from pg_inherits p
  join pg_index part on part.indexrelid = p.inhrelid
  where p.inhparent = $2::regclass and part.indrelid = c.oid
)
order by c.relname desc`,
    [index.table, index.name],
  );
  if (missing.length === 0) return true;
  if (quick) return false;
  // Never waits: an index that is made concurrently waits for every waiting statement.
  const { rows } = await client.query('select pg_try_advisory_lock($1) as free', [LOCK]);
  if (!rows[0].free) return false;
  for (const part of missing) {
    const startMs = Date.now();
    const name = `${part.schema}.${part.index}`;
    if (part.valid === false) await client.query(`drop index concurrently ${name}`);
    if (part.valid !== true) {
      await client.query(
        `create index concurrently ${part.index} on ${part.table} ${index.definition}`,
      );
    }
    try {
      await client.query(`begin; set local lock_timeout = ${LOCK_MS};
alter index ${index.name} attach partition ${name}; commit`);
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      if ((error as pg.DatabaseError).code !== LOCK_NOT_AVAILABLE) throw error;
      log.warn({ index: part.index }, 'could not attach an index yet');
      return false;
    }
    log.info({ index: part.index, durationMs: Date.now() - startMs }, 'made an index');
  }
  return true;
}
