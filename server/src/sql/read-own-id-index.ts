import { query } from '../database/query.ts';

/**
 * Whether every day has its part of `event_own_id`. After an upgrade from a version without it, the
 * keeper makes them one by one; until then `read-own-event` would read whole days.
 */
export const readOwnIdIndex = query<undefined, { ready: boolean }>(
  'read-own-id-index',
  {},
  `select not exists (
  select from pg_index whole
  join pg_inherits h on h.inhparent = whole.indrelid
  where whole.indexrelid = 'event_own_id'::regclass and not exists (
    select from pg_inherits p
    join pg_index i on i.indexrelid = p.inhrelid
    where p.inhparent = whole.indexrelid and i.indrelid = h.inhrelid and i.indisvalid
  )
) as ready`,
);
