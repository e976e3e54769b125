import { setTimeout as sleep } from 'node:timers/promises';
import { idArray, int2Array } from '@hooktrail/server/binary-arrays';
import { openDatabase } from '@hooktrail/server/database';
import { laneOf } from '@hooktrail/server/lanes';
import { createLog } from '@hooktrail/server/log';
import type { BenchWebhook } from './webhooks.ts';

/** The totals of some webhooks on the record. */
export interface Recorded {
  readonly invocations: number;
  readonly successes: number;
  readonly attempts: number;
}

/** PostgreSQL's counters since it was started. */
export interface Counters {
  /** Bytes of the write-ahead log. */
  readonly walBytes: number;
  /** Each single statement of the server counts as one, and so does each explicit transaction. */
  readonly transactions: number;
}

/** The database of the measured server, read beside the server. */
export interface Trail {
  /** Runs any statement. The statement timeout is 20 s: cut longer work into pieces. */
  sql<Row>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Activates webhooks at the same moment, as the API does it for one. */
  activate(webhooks: readonly BenchWebhook[]): Promise<void>;
  /** Resolves when no invocation of these webhooks is due, now or later. */
  settled(webhooks: readonly BenchWebhook[]): Promise<void>;
  recorded(webhooks: readonly BenchWebhook[]): Promise<Recorded>;
  counters(): Promise<Counters>;
  /** The disk space of each table and of its indexes, in bytes. */
  bytes(): Promise<Readonly<Record<string, number>>>;
  /**
   * Uses this many segments of the log, 16 MB each: PostgreSQL recycles them without zeroing new
   * ones.
   */
  useLog(segments: number): Promise<void>;
  version(): Promise<string>;
  close(): Promise<void>;
}

const POLL_MS = 10;

/** Opens connections of the bench's own. */
export function openTrail(databaseUrl: string): Trail {
  const database = openDatabase(databaseUrl, { connections: 2, log: createLog('warn') });

  /** Unnamed: PostgreSQL keeps named statements with their plans, and these run once. */
  const sql = <Row>(text: string, values: unknown[] = []): Promise<Row[]> =>
    database.run<undefined, Row>({ name: '', text, values: () => values }, undefined);

  async function one<Row>(text: string, values: unknown[] = []): Promise<Row> {
    return (await sql<Row>(text, values))[0] as Row;
  }

  const keys = (webhooks: readonly BenchWebhook[]) => [
    int2Array(webhooks.map(({ id }) => laneOf(id))),
    idArray(webhooks.map(({ id }) => id)),
  ];

  return {
    sql,

    async activate(webhooks) {
      const ids = webhooks.map(({ id }) => id);
      await sql(
        `with activated as (
  update webhook set status = 'active' where id = any ($1::uuid[])
)
select pg_notify('hooktrail_webhook', id) from unnest($2::text[]) as w (id)`,
        [idArray(ids), ids],
      );
    },

    async settled(webhooks) {
      for (;;) {
        const { waits } = await one<{ waits: boolean }>(
          `select exists (
  select
  from
    unnest($1::smallint[], $2::uuid[]) as w (lane, webhook_id)
    cross join lateral (
      select
      from invocation i
      where i.lane = w.lane and i.webhook_id = w.webhook_id and i.due_at is not null
      limit 1
    ) as waiting
) as waits`,
          keys(webhooks),
        );
        if (!waits) return;
        await sleep(POLL_MS);
      }
    },

    recorded: (webhooks) =>
      one<Recorded>(
        `select
  count(i.id) as invocations,
  count(i.id) filter (where i.status = 'success') as successes,
  coalesce(sum(i.attempts_count), 0)::bigint as attempts
from
  unnest($1::smallint[], $2::uuid[]) as w (lane, webhook_id)
  join invocation i on i.lane = w.lane and i.webhook_id = w.webhook_id`,
        keys(webhooks),
      ),

    counters: () =>
      one<Counters>(
        `select
  (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint as "walBytes",
  xact_commit + xact_rollback as transactions
from pg_stat_database
where datname = current_database()`,
      ),

    bytes: () =>
      one<Record<string, number>>(
        `select
  sum(pg_table_size(inhrelid)) filter (where parent = 'event')::bigint as event,
  sum(pg_indexes_size(inhrelid)) filter (where parent = 'event')::bigint as "event's indexes",
  sum(pg_table_size(inhrelid)) filter (where parent = 'invocation')::bigint as invocation,
  sum(pg_indexes_size(inhrelid)) filter (where parent = 'invocation')::bigint as "invocation's indexes",
  sum(pg_table_size(inhrelid)) filter (where parent = 'attempt')::bigint as attempt,
  sum(pg_indexes_size(inhrelid)) filter (where parent = 'attempt')::bigint as "attempt's indexes"
from (select inhrelid, inhparent::regclass::text as parent from pg_inherits) as partition`,
      ),

    async useLog(segments) {
      for (let used = 0; used < segments; used++) {
        // PostgreSQL switches only a segment that was written to.
        await sql("select pg_logical_emit_message(false, 'bench', ''), pg_switch_wal()");
      }
      await sql('checkpoint');
    },

    version: async () =>
      (await one<{ server_version: string }>('show server_version')).server_version,

    close: () => database.close(),
  };
}
