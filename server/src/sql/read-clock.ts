import { query } from '../database/query.ts';

/** Reads the database's time, in milliseconds since 1970. */
export const readClock = query<void, { now_ms: number }>(
  'read-clock',
  {},
  'select extract(epoch from clock_timestamp())::float8 * 1000 as now_ms',
);
