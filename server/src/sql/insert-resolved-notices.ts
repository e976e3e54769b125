import { bigint, rows, timestamptzMs, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { NoticedRoute } from './insert-opened-notices.ts';
import type { ResolvedAlert } from './resolve-alerts.ts';

interface Told extends ResolvedAlert {
  /** When people are told: later than now in quiet hours. */
  readonly dueMs: number;
}

interface Params {
  readonly alerts: readonly Told[];
}

/**
 * Writes the end of each alert to each route that was told of its beginning, or is about to be, and returns the route
 * of each notice.
 */
export const insertResolvedNotices = query<Params, NoticedRoute>(
  'insert-resolved-notices',
  {
    alerts: rows((p: Params) => p.alerts, {
      account_id: bigint((a) => a.accountId),
      id: uuid((a) => a.id),
      due_at: timestamptzMs((a) => a.dueMs),
    }),
  },
  `insert into alert_notice (account_id, alert_id, route_id, transition, state, attempts, due_at)
select n.account_id, n.alert_id, n.route_id, 'resolved', 'waiting', 0, r.due_at
from
  $alerts as r
  join alert_notice n on n.alert_id = r.id and n.account_id = r.account_id
where n.transition = 'opened' and n.state in ('waiting', 'sent')
on conflict (alert_id, route_id, transition) do nothing
returning account_id, route_id`,
);
