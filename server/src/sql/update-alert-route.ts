import { bigint, boolean, bytea, text, texts, timestamptz, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { AlertRouteRow } from './parts/alert-route-row.ts';

type Params = Omit<AlertRouteRow, 'kind' | 'created_at' | 'last_sent_at'>;

/** Changes what people choose of a route. */
export const updateAlertRoute = query<Params, never>(
  'update-alert-route',
  {
    account_id: bigint((p) => p.account_id),
    id: uuid((p) => p.id),
    name: text((p) => p.name),
    enabled: boolean((p) => p.enabled),
    target: bytea((p) => p.target),
    kinds: texts((p) => p.kinds),
    minimum_severity: text((p) => p.minimum_severity),
    changed_at: timestamptz((p) => p.changed_at),
    last_error: text((p) => p.last_error),
  },
  `update alert_route
set name = $name, enabled = $enabled, target = $target, kinds = $kinds,
  minimum_severity = $minimum_severity, changed_at = $changed_at, last_error = $last_error
where account_id = $account_id and id = $id`,
);
