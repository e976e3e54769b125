import { bigint, timestamptzMs } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly beforeMs: number;
  readonly limit: number;
}

/** Deletes alerts of all accounts that resolved before a time, with their notices: some at a time. */
export const deleteOldAlerts = query<Params, { id: string }>(
  'delete-old-alerts',
  {
    before: timestamptzMs((p) => p.beforeMs),
    limit: bigint((p) => p.limit),
  },
  `with old as (
  select account_id, id from alert where resolved_at < $before order by resolved_at limit $limit
),
told as (
  delete from alert_notice n using old where n.alert_id = old.id and n.account_id = old.account_id
)
delete from alert a using old where a.account_id = old.account_id and a.id = old.id
returning a.id`,
);
