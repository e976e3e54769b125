import { query } from '../database/query.ts';

/** A route to an Alertmanager. */
export interface RepeatingRouteRow {
  readonly account_id: number;
  readonly id: string;
  /** Sealed JSON. */
  readonly target: Buffer;
}

/** Of all accounts. */
const MOST_ROUTES = 1_000;

/** Reads the routes that open alerts are repeated to: an Alertmanager forgets an alert that is not repeated. */
export const readRepeatingRoutes = query<undefined, RepeatingRouteRow>(
  'read-repeating-routes',
  {},
  `select account_id, id, target
from alert_route
where kind = 'alertmanager' and enabled
order by account_id, id
limit ${MOST_ROUTES}`,
);
