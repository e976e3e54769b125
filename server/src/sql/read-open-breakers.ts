import { query } from '../database/query.ts';
import type { BreakerRow } from './read-breakers.ts';

/** Reads all breakers that are not closed; a node loads them when it starts. */
export const readOpenBreakers = query<void, BreakerRow>(
  'read-open-breakers',
  {},
  `select webhook_id, state, since, next_probe_at, reason
from breaker
where state <> 'closed'`,
);
