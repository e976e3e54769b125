import { uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/** Lets another node evaluate at once. */
export const returnAlertLease = query<string, never>(
  'return-alert-lease',
  { node: uuid((node) => node) },
  `update alert_lease
set until_at = '-infinity'
where id = 1 and node = $node`,
);
