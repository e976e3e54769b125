import pg from 'pg';
import { CITUS_SESSION } from '../database/citus-session.ts';
import type { Runner } from '../database/database.ts';
import { endTimeouts } from '../database/end-timeouts.ts';
import { isDistributed } from '../database/is-distributed.ts';
import { noticeClient } from '../database/notice-client.ts';
import { firstIdAt, idFromUuid, uuidFromId } from '../model/ids.ts';
import { DAY_MS, MINUTE_MS } from '../model/time-units.ts';
import { KEPT_TABLES, type KeptTable } from './kept-tables.ts';
import { PARTITION_SETTINGS } from './partition-settings.ts';
import { partitionSpan } from './partition-span.ts';

const ALL = Object.keys(KEPT_TABLES) as readonly KeptTable[];
type ArchiveTable = Extract<KeptTable, `archive_${string}`>;

/** How long each table's rows are kept; a partition is dropped when its last row is older. */
export type KeepMs = Readonly<Record<Exclude<KeptTable, ArchiveTable>, number>> &
  /** Absent: for ever. */
  Readonly<Partial<Record<ArchiveTable, number | undefined>>>;

/**
 * Long enough to wait for another node's run or a long transaction, but not for a dead database.
 */
const STATEMENT_MS = 10 * MINUTE_MS;

/** How long making or removing a partition may block the statements on a distributed table. */
const DISTRIBUTED_LOCK_MS = 2_000;

/**
 * How long a removal waits for transactions that have read the table, as a backup does for hours. It blocks nobody
 * meanwhile, but the client may give up first, and a later run goes on from there.
 */
const DROP_LOCK_MS = 5_000;

/** How long a run waits while another node drops, which may give up on each table. */
const TURN_MS = MINUTE_MS;

/** A partition of a distributed table is made so often, if the work on the table is in the way. */
const CREATE_TRIES = 10;

/** SQLSTATE. */
const LOCK_NOT_AVAILABLE = '55P03';
const DEADLOCK_DETECTED = '40P01';
const IN_THE_WAY = [LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED];

/** Arbitrary numbers that nothing else locks in our database. Who creates waits for nobody who drops. */
const CREATE_LOCK = 7_210_401_510;
const DROP_LOCK = 7_210_401_511;

/** Nodes of the version before have this one while they create and drop, and ours share it. */
const LOCK_OF_BEFORE = 7_210_401_509;

/** The comment on a partition whose removal has begun, so a later run finds it after a crash. */
const REMOVING = 'Hooktrail removes this partition: its rows are older than the retention';

/**
 * The comment on a partition whose waiting invocations were handed to `beforeExpiry`, so that they
 * are not again, every hour, while it cannot be dropped.
 */
const HANDED_OVER = 'Hooktrail recorded which invocations wait here, and drops this partition next';

interface Days {
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** The time by which rows expire; `nowMs` by default. */
  readonly expiryNowMs?: number;
  /** Whether expired partitions stay for a later run. */
  readonly createOnly?: boolean;
  /** Creates partitions for today and this many days after it, and for all of their months. */
  readonly ahead: number;
  /** A number applies to all tables. */
  readonly keepMs: number | KeepMs;
  /**
   * Runs before a day of invocations is dropped of which some still wait. The day is dropped when it
   * resolves, or in a later run if the drop is refused. What it writes with `runner` is committed with
   * the mark that it has run: once for each day, whatever fails or crashes.
   */
  readonly beforeExpiry?: (waiting: readonly WaitingOfDay[], runner: Runner) => Promise<void>;
  /** Whether an expired day may be dropped now; otherwise a later run asks again. */
  readonly mayDrop?: (table: KeptTable, day: number) => Promise<boolean>;
  /** All by default; an older schema has fewer. */
  readonly tables?: readonly KeptTable[];
  /** Aborts the run; the next one continues from there, as after a crash. */
  readonly signal?: AbortSignal;
}

/** Invocations of one webhook that wait when their day is dropped. */
export interface WaitingOfDay {
  readonly day: string;
  readonly accountId: number;
  readonly webhookId: string;
  readonly count: number;
}

/** The names of the partitions that a run created and dropped. */
export interface PartitionChanges {
  readonly created: string[];
  readonly dropped: string[];
  /** Expired, but in the way of transactions of others: a later run drops them. */
  readonly delayed: string[];
}

/**
 * Creates missing partitions and drops expired ones. It is safe while nodes write, and while other
 * nodes do the same: advisory locks let one create and one drop at a time. Those of all tables are created
 * first, because a drop waits for transactions of others.
 *
 * A partition is created as a separate table and then attached, and detached before it is dropped.
 * With `create table ... partition of` and `drop table`, the parent would be locked against every
 * statement on the trail, and all of them would queue while the lock waits for the longest running
 * one.
 */
export async function keepPartitions(databaseUrl: string, days: Days): Promise<PartitionChanges> {
  const { createOnly = false, signal, tables = ALL } = days;
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'hooktrail keeper',
    connectionTimeoutMillis: 5_000,
    query_timeout: STATEMENT_MS,
  });
  client.on('error', () => undefined);
  const abort = () => client.connection.stream.destroy();
  signal?.addEventListener('abort', abort, { once: true });
  await client.connect();
  const created: string[] = [];
  const dropped: string[] = [];
  const delayed: string[] = [];
  const changes = { created, dropped, delayed };
  try {
    await endTimeouts(client);
    await noticeClient((text) => client.query(text));
    await client.query(CITUS_SESSION);
    await client.query('select pg_advisory_lock_shared($1)', [LOCK_OF_BEFORE]);
    await client.query('select pg_advisory_lock($1)', [CREATE_LOCK]);
    for (const table of tables) created.push(...(await createMissing(client, table, days)));
    await client.query('select pg_advisory_unlock($1)', [CREATE_LOCK]);
    if (createOnly) return changes;
    const isAlone = await inTime(client, TURN_MS, () =>
      client.query('select pg_advisory_lock($1)', [DROP_LOCK]),
    );
    // Another node that takes long drops for all.
    if (!isAlone) return changes;
    for (const table of tables) await dropExpired(client, table, days, changes);
    return changes;
  } finally {
    signal?.removeEventListener('abort', abort);
    await client.end(); // also releases the locks
  }
}

/** Returns whether what needs a lock got it in time. */
async function inTime(
  client: pg.Client,
  mostMs: number,
  work: () => Promise<unknown>,
): Promise<boolean> {
  try {
    // Of the session: a partition cannot be detached concurrently in a transaction.
    await client.query(`set lock_timeout = ${mostMs}`);
    await work();
    return true;
  } catch (error) {
    if (IN_THE_WAY.includes((error as pg.DatabaseError).code ?? '')) return false;
    throw error;
  } finally {
    await client.query('set lock_timeout = 0').catch(() => undefined);
  }
}

/** What ends before is expired. */
function expiryOf(table: KeptTable, { expiryNowMs, keepMs, nowMs }: Days): number {
  const keptMs = (typeof keepMs === 'number' ? keepMs : keepMs[table]) ?? Number.POSITIVE_INFINITY;
  return (expiryNowMs ?? nowMs) - keptMs;
}

async function createMissing(client: pg.Client, table: KeptTable, days: Days): Promise<string[]> {
  const { ahead, nowMs } = days;
  const span = partitionSpan(KEPT_TABLES[table]);
  const expiredMs = expiryOf(table, days);
  const partitions = await partitionsOf(client, table, span.suffix);
  const present = new Set(partitions.filter((one) => one.attached).map((one) => one.name));
  const created: string[] = [];
  // The one before too: an id created just before midnight may be written just after it, and what
  // is archived is days old.
  let startMs = span.startOf(span.startOf(nowMs) - 1);
  while (startMs <= nowMs + ahead * DAY_MS) {
    const name = `${table}_${span.nameOf(startMs)}`;
    const endMs = span.startOf(startMs + span.longestMs);
    // Of a month that is over, all may be expired already.
    if (!present.has(name) && endMs > expiredMs) {
      await createPartition(client, table, name, [startMs, endMs]);
      created.push(name);
    }
    startMs = endMs;
  }
  return created;
}

async function dropExpired(
  client: pg.Client,
  table: KeptTable,
  days: Days,
  { delayed, dropped }: PartitionChanges,
): Promise<void> {
  const { beforeExpiry, mayDrop } = days;
  const span = partitionSpan(KEPT_TABLES[table]);
  const expiredMs = expiryOf(table, days);
  for (const partition of await partitionsOf(client, table, span.suffix)) {
    const begun = partition.pending || !partition.attached;
    if (!begun && span.endOf(partition.name) > expiredMs) {
      // The retention was prolonged after its drop was refused, or did not get to its detaching.
      if (partition.comment !== null) await mark(client, partition.name, null);
      continue;
    }
    const lastDay = span.endOf(partition.name) - DAY_MS;
    if (!begun && mayDrop !== undefined && !(await mayDrop(table, lastDay))) continue;
    if (table === 'invocation' && beforeExpiry !== undefined && partition.comment === null) {
      const waiting = await waitingIn(client, partition.name, lastDay);
      if (waiting.length > 0) {
        await client.query('begin');
        await beforeExpiry(waiting, runnerOf(client));
        await mark(client, partition.name, HANDED_OVER);
        await client.query('commit');
      }
    }
    const drop = (await isDistributed(client, table)) ? dropDistributed : dropPartition;
    // What is in its way is in that of the next ones, and none is detached beside one that is pending.
    if (!(await drop(client, table, partition))) {
      delayed.push(partition.name);
      break;
    }
    dropped.push(partition.name);
  }
}

/** Runs statements of `server/src/sql/` in the transaction of a client. */
function runnerOf(client: pg.Client): Runner {
  return {
    async run({ text, values }, params) {
      return (await client.query({ text, values: values(params) })).rows;
    },
  };
}

interface Partition {
  readonly name: string;
  /** False if a crash came between detaching and dropping it. */
  readonly attached: boolean;
  /** Its detaching was interrupted. */
  readonly pending: boolean;
  /** How far its removal is; null before. */
  readonly comment: typeof REMOVING | typeof HANDED_OVER | null;
}

/**
 * The partitions that we may remove, by their names: those attached by an operator stay. One whose
 * detaching was interrupted comes first, because no other partition of its table can be detached
 * before it.
 */
async function partitionsOf(
  client: pg.Client,
  table: string,
  suffix: string,
): Promise<Partition[]> {
  const { rows } = await client.query<Partition>(
    `select
  c.relname as name, i.inhrelid is not null as attached,
  coalesce(i.inhdetachpending, false) as pending,
  case when d.comment in ($2, $3) then d.comment end as comment
from pg_class p
join pg_class c on c.relnamespace = p.relnamespace and c.relkind = 'r'
left join pg_inherits i on i.inhrelid = c.oid and i.inhparent = p.oid
cross join lateral (select obj_description(c.oid, 'pg_class') as comment) d
where p.oid = $1::regclass and c.relname ~ ('^' || $1 || '_' || $4 || '$')
  and (i.inhrelid is not null or d.comment = $2)
order by pending desc, name`,
    [table, REMOVING, HANDED_OVER, suffix],
  );
  return rows;
}

/** Invocations of deleted webhooks do not count: they end as such. */
async function waitingIn(client: pg.Client, name: string, dayMs: number): Promise<WaitingOfDay[]> {
  const { rows } = await client.query<{ webhook_id: string; account_id: string; count: string }>(
    `select i.webhook_id, w.account_id, count(*) as count
from ${name} i
join webhook w on w.id = i.webhook_id
where i.due_at is not null
group by 1, 2
order by 1`,
  );
  const day = new Date(dayMs).toISOString().slice(0, 10);
  return rows.map((row) => ({
    day,
    accountId: Number(row.account_id),
    webhookId: idFromUuid(row.webhook_id),
    count: Number(row.count),
  }));
}

async function createPartition(
  client: pg.Client,
  table: string,
  name: string,
  [startMs, endMs]: readonly [number, number],
): Promise<void> {
  // The others are cut by the time in an id.
  const bound = (ms: number) =>
    table === 'rollup_minute' ? new Date(ms).toISOString() : uuidFromId(firstIdAt(ms));
  const from = bound(startMs);
  const to = bound(endMs);
  const distributed = await isDistributed(client, table);
  for (let tries = 1; ; tries++) {
    try {
      await client.query('begin');
      // A crash between the two steps leaves a table of this name that is not attached.
      await client.query(`drop table if exists ${name}`);
      await client.query(
        `create table ${name} (like ${table} including defaults including constraints including storage)
${PARTITION_SETTINGS[table] ?? ''}`,
      );
      if (distributed) {
        // Citus attaches shard by shard, each of which locks its siblings: without a lock on all of them
        // first, statements that have some of them and this deadlock.
        await client.query(`set local lock_timeout = ${DISTRIBUTED_LOCK_MS}`);
        await client.query(`lock table ${table} in share row exclusive mode`);
      }
      await client.query(
        `alter table ${table} attach partition ${name} for values from ('${from}') to ('${to}')`,
      );
      await client.query('commit');
      return;
    } catch (error) {
      if (!distributed || tries === CREATE_TRIES) throw error;
      await client.query('rollback');
      if (!IN_THE_WAY.includes((error as pg.DatabaseError).code ?? '')) throw error;
    }
  }
}

async function mark(client: pg.Client, name: string, comment: Partition['comment']): Promise<void> {
  await client.query(`comment on table ${name} is ${comment === null ? 'null' : `'${comment}'`}`);
}

function dropPartition(
  client: pg.Client,
  table: string,
  { name, attached, pending }: Partition,
): Promise<boolean> {
  return inTime(client, DROP_LOCK_MS, async () => {
    if (attached) {
      await mark(client, name, REMOVING);
      const how = pending ? 'finalize' : 'concurrently';
      await client.query(`alter table ${table} detach partition ${name} ${how}`);
    }
    await client.query(`drop table ${name}`);
  });
}

/**
 * The same on a Citus cluster, which cannot detach concurrently (citusdata/citus#5264). This locks
 * the parent against every statement, and new statements queue while the lock waits for running
 * ones, so it gives up after a short time and retries an hour later.
 */
async function dropDistributed(
  client: pg.Client,
  table: string,
  { name, attached }: Partition,
): Promise<boolean> {
  try {
    // One query each: Citus refuses several in one.
    await client.query('begin');
    await client.query(`set local lock_timeout = ${DISTRIBUTED_LOCK_MS}`);
    if (attached) await client.query(`alter table ${table} detach partition ${name}`);
    await client.query(`drop table ${name}`);
    await client.query('commit');
    return true;
  } catch (error) {
    await client.query('rollback');
    if (IN_THE_WAY.includes((error as pg.DatabaseError).code ?? '')) return false;
    throw error;
  }
}
