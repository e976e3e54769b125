import { bigint } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { ALERT_ROUTE_COLUMNS, type AlertRouteRow } from './parts/alert-route-row.ts';

/** Reads all routes of an account, newest first. Their number is bounded when they are made. */
export const readAlertRoutes = query<number, AlertRouteRow>(
  'read-alert-routes',
  { account_id: bigint((accountId) => accountId) },
  `select ${ALERT_ROUTE_COLUMNS}
from alert_route
where account_id = $account_id
order by account_id desc, id desc`,
);
