import { bigint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { AlertNoticeState, AlertRouteKind, AlertTransition } from '../model/alert.ts';

/** A message of an alert to a route that still exists. */
export interface AlertNoticeRow {
  readonly route_id: string;
  readonly route_name: string;
  readonly route_kind: AlertRouteKind;
  readonly transition: AlertTransition;
  readonly state: AlertNoticeState;
  readonly attempts: number;
  readonly due_at: Date;
  readonly sent_at: Date | null;
  readonly error: string | null;
}

interface Params {
  readonly accountId: number;
  readonly alertId: string;
}

/** Reads the messages of an alert: at most two to each of the 20 routes. */
export const readAlertNotices = query<Params, AlertNoticeRow>(
  'read-alert-notices',
  {
    account_id: bigint((p) => p.accountId),
    alert_id: uuid((p) => p.alertId),
  },
  `select
  n.route_id, r.name as route_name, r.kind as route_kind, n.transition, n.state, n.attempts, n.due_at,
  n.sent_at, n.error
from
  alert_notice n
  join alert_route r on r.account_id = n.account_id and r.id = n.route_id
where n.alert_id = $alert_id and n.account_id = $account_id
order by n.route_id, n.transition`,
);
