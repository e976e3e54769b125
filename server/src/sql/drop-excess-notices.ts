import { bigint, rows, text, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { NoticedRoute } from './insert-opened-notices.ts';

interface Params {
  /** The routes that got notices. */
  readonly routes: readonly NoticedRoute[];
  /** How many may wait for one route. */
  readonly keep: number;
  /** The most of one route that are dropped at a time. */
  readonly limit: number;
  /** Why, in words. */
  readonly error: string;
}

/**
 * Drops the oldest notices of each of some routes for which more wait than may. Of an alert the beginning goes before
 * the end, which is not sent without it.
 */
export const dropExcessNotices = query<Params, NoticedRoute>(
  'drop-excess-notices',
  {
    routes: rows((p: Params) => p.routes, {
      account_id: bigint((r) => r.account_id),
      id: uuid((r) => r.route_id),
    }),
    keep: bigint((p) => p.keep),
    limit: bigint((p) => p.limit),
    error: text((p) => p.error),
  },
  `with excess as (
  select n.account_id, n.alert_id, n.route_id, n.transition
  from
    $routes as r
    cross join lateral (
      select account_id, alert_id, route_id, transition
      from alert_notice
      where account_id = r.account_id and route_id = r.id and state = 'waiting'
      order by alert_id desc, transition desc
      offset $keep limit $limit
    ) n
)
update alert_notice n
set state = 'dropped', error = $error
from excess e
where n.account_id = e.account_id and n.alert_id = e.alert_id and n.route_id = e.route_id
  and n.transition = e.transition and n.state = 'waiting'
returning n.account_id, n.route_id`,
);
