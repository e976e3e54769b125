import { query } from '../database/query.ts';

/**
 * Whether every day has its part of `event_own_id`. After an upgrade from a version without it, the
 * keeper makes them one by one; until then `read-own-event` would read whole days.
 */
export const readOwnIdIndex = query<undefined, { ready: boolean }>(
  'read-own-id-index',
  {},
  `select i.indisvalid as ready from pg_index i where i.indexrelid = 'event_own_id'::regclass`,
);
