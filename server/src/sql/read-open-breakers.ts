import { query } from '../database/query.ts';
import type { BreakerRow } from './read-breakers.ts';

/**
 * Reads all breakers that are not closed; a node loads them when it starts. A row whose webhook was deleted is
 * none: it was written in the moment of the deletion, or by an earlier version.
 */
export const readOpenBreakers = query<void, BreakerRow>(
  'read-open-breakers',
  {},
  `with broken as materialized (
  select webhook_id, state, since, next_probe_at, reason
  from breaker
  where state <> 'closed'
)
select b.*
from
  broken b
  cross join lateral (select from webhook where id = b.webhook_id offset 0) as w`,
);
