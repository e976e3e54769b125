import { query } from '../database/query.ts';

/** What is running in the database, at a moment of its own clock. */
export interface Snapshot {
  /** Milliseconds since 1970. */
  readonly now_ms: number;
  /** All transactions with smaller numbers have ended. */
  readonly oldest: number;
  /** Every transaction with a number that runs has a smaller one. */
  readonly next: number;
}

/**
 * Reads which transactions may still write something: each has a number from its first write on. It takes
 * a number itself, because the end of a snapshot may be before transactions that run.
 */
export const readSnapshot = query<void, Snapshot>(
  'read-snapshot',
  {},
  `select
  extract(epoch from clock_timestamp())::float8 * 1000 as now_ms,
  pg_snapshot_xmin(pg_current_snapshot())::text::float8 as oldest,
  pg_current_xact_id()::text::float8 as next`,
);
