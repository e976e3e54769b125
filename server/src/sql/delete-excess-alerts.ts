import { bigint } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly accountId: number;
  readonly keep: number;
  readonly limit: number;
}

/** Deletes the oldest alerts of an account that has more than it may, except open ones: some at a time. */
export const deleteExcessAlerts = query<Params, { id: string }>(
  'delete-excess-alerts',
  {
    account_id: bigint((p) => p.accountId),
    keep: bigint((p) => p.keep),
    limit: bigint((p) => p.limit),
  },
  `with beyond as (
  select account_id, id from alert
  where account_id = $account_id
  order by account_id desc, id desc
  offset $keep limit 1
),
old as (
  select a.account_id, a.id
  from beyond b join alert a on a.account_id = b.account_id and a.id <= b.id
  where a.resolved_at is not null
  order by a.id
  limit $limit
),
told as (
  delete from alert_notice n using old where n.alert_id = old.id and n.account_id = old.account_id
)
delete from alert a using old where a.account_id = old.account_id and a.id = old.id
returning a.id`,
);
