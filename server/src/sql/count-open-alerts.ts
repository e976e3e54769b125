import { query } from '../database/query.ts';
import type { AlertKind, AlertSeverity } from '../model/alert.ts';

/** Open alerts of one kind and severity. */
export interface OpenAlerts {
  readonly kind: AlertKind;
  readonly severity: AlertSeverity;
  readonly alerts: number;
}

/** Counts the open alerts of all accounts. */
export const countOpenAlerts = query<undefined, OpenAlerts>(
  'count-open-alerts',
  {},
  `select kind, severity, count(*)::integer as alerts
from (select kind, severity from alert where resolved_at is null limit 10000) as open
group by kind, severity
order by kind, severity`,
);
