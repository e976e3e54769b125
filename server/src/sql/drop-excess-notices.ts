import { bigint, text } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly accountId: number;
  /** How many may wait for one route. */
  readonly keep: number;
  /** The most of one route that are dropped at a time. */
  readonly limit: number;
  /** Why, in words. */
  readonly error: string;
}

/**
 * Drops the oldest notices of each route of an account for which more wait than may. Of an alert the beginning goes
 * before the end, which is not sent without it.
 */
export const dropExcessNotices = query<Params, { route_id: string }>(
  'drop-excess-notices',
  {
    account_id: bigint((p) => p.accountId),
    keep: bigint((p) => p.keep),
    limit: bigint((p) => p.limit),
    error: text((p) => p.error),
  },
  `with excess as (
  select n.alert_id, n.route_id, n.transition
  from
    alert_route r
    cross join lateral (
      select alert_id, route_id, transition
      from alert_notice
      where account_id = r.account_id and route_id = r.id and state = 'waiting'
      order by alert_id desc, transition desc
      offset $keep limit $limit
    ) n
  where r.account_id = $account_id
)
update alert_notice n
set state = 'dropped', error = $error
from excess e
where n.account_id = $account_id and n.alert_id = e.alert_id and n.route_id = e.route_id
  and n.transition = e.transition and n.state = 'waiting'
returning n.route_id`,
);
