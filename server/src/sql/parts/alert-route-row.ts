import type { AlertKind, AlertRouteKind, AlertSeverity } from '../../model/alert.ts';

/** A route as it is stored. */
export interface AlertRouteRow {
  readonly account_id: number;
  readonly id: string;
  readonly name: string;
  readonly kind: AlertRouteKind;
  readonly enabled: boolean;
  /** Sealed JSON. */
  readonly target: Buffer;
  /** Null: all. */
  readonly kinds: readonly AlertKind[] | null;
  readonly minimum_severity: AlertSeverity;
  readonly created_at: Date;
  readonly changed_at: Date;
  readonly last_sent_at: Date | null;
  readonly last_error: string | null;
}

/** The columns of a route, for a select list. */
export const ALERT_ROUTE_COLUMNS = `account_id, id, name, kind, enabled, target, kinds, minimum_severity, created_at,
  changed_at, last_sent_at, last_error`;
