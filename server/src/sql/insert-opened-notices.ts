import { bigint, rows, text, timestamptzMs, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { AlertKind, AlertSeverity } from '../model/alert.ts';

/** An alert that people are told of. */
export interface ToldAlert {
  readonly accountId: number;
  readonly id: string;
  readonly kind: AlertKind;
  readonly severity: AlertSeverity;
  /** When they are told: later than now in quiet hours. */
  readonly dueMs: number;
}

interface Params {
  readonly alerts: readonly ToldAlert[];
}

/** A route that got a notice. */
export interface NoticedRoute {
  readonly account_id: number;
  readonly route_id: string;
}

/** Writes a notice of each alert to each route that wants it, and returns the route of each notice. */
export const insertOpenedNotices = query<Params, NoticedRoute>(
  'insert-opened-notices',
  {
    alerts: rows((p: Params) => p.alerts, {
      account_id: bigint((a) => a.accountId),
      id: uuid((a) => a.id),
      kind: text((a) => a.kind),
      severity: text((a) => a.severity),
      due_at: timestamptzMs((a) => a.dueMs),
    }),
  },
  `insert into alert_notice (account_id, alert_id, route_id, transition, state, attempts, due_at)
select a.account_id, a.id, r.id, 'opened', 'waiting', 0, a.due_at
from
  $alerts as a
  join alert_route r on r.account_id = a.account_id
where r.enabled
  and (r.kinds is null or a.kind = any (r.kinds))
  and (r.minimum_severity = 'warning' or a.severity = 'critical')
on conflict (alert_id, route_id, transition) do nothing
returning account_id, route_id`,
);
