import { query } from '../database/query.ts';

/** What is running in the database, at a moment of its own clock. */
export interface Snapshot {
  /** Milliseconds since 1970. */
  readonly now_ms: number;
  /** All older transactions have ended. */
  readonly oldest: number;
  /** All transactions from here on begin later. */
  readonly next: number;
}

/** Reads which transactions may still write something. A node's transactions get a number when they write. */
export const readSnapshot = query<void, Snapshot>(
  'read-snapshot',
  {},
  `select
  extract(epoch from clock_timestamp())::float8 * 1000 as now_ms,
  pg_snapshot_xmin(s)::text::float8 as oldest, pg_snapshot_xmax(s)::text::float8 as next
from (select pg_current_snapshot() as s) as one`,
);
