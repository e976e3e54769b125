import { bigint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { type ToldAlert, toldAlertOf } from './parts/told-alert.ts';

interface Params {
  readonly accountId: number;
  readonly routeId: string;
}

/** An open alert that a route was told of. */
export interface RepeatedAlertRow extends ToldAlert {
  readonly account_id: number;
  readonly alert_id: string;
}

/** As many as an account may have open. */
const MOST_ALERTS = 1_500;

/** Reads the open alerts that a route was told of, newest first. */
export const readRepeatedAlerts = query<Params, RepeatedAlertRow>(
  'read-repeated-alerts',
  { account_id: bigint((p) => p.accountId), route_id: uuid((p) => p.routeId) },
  `select a.account_id, a.id as alert_id, a.kind, ${toldAlertOf('a')}
from alert a
join alert_notice n on n.alert_id = a.id and n.route_id = $route_id and n.transition = 'opened'
where a.account_id = $account_id and a.resolved_at is null and n.state = 'sent'
order by a.id desc
limit ${MOST_ALERTS}`,
);
