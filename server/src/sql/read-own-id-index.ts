import { query } from '../database/query.ts';

/**
 * Whether every day has its part of `event_own_id`. After an upgrade from a version without it, the
 * keeper makes them one by one; until then `read-own-event` would read whole days.
 */
export const readOwnIdIndex = query<undefined, { ready: boolean }>(
  'read-own-id-index',
  {},
  `select exists (
  select from pg_index whole
  where whole.indexrelid = to_regclass('event_own_id') and not exists (
    select from pg_inherits h
    where h.inhparent = whole.indrelid and not exists (
      select from pg_inherits p
      join pg_index i on i.indexrelid = p.inhrelid
      where p.inhparent = whole.indexrelid and i.indrelid = h.inhrelid and i.indisvalid
    )
  )
) as ready`,
);
