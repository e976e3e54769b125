import { query } from '../database/query.ts';

/**
 * Whether every day has its part of `attempt_not_early`. After an upgrade from a version without it, the
 * keeper makes them one by one; until then late attempts cannot be found by time.
 */
export const readLateIndex = query<undefined, { ready: boolean }>(
  'read-late-index',
  {},
  `select exists (
  select from pg_index whole
  where whole.indexrelid = to_regclass('attempt_not_early') and not exists (
    select from pg_inherits h
    where h.inhparent = whole.indrelid and not exists (
      select from pg_inherits p
      join pg_index i on i.indexrelid = p.inhrelid
      where p.inhparent = whole.indexrelid and i.indrelid = h.inhrelid and i.indisvalid
    )
  )
) as ready`,
);
