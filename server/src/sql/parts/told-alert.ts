import type { AlertKind, AlertSeverity } from '../../model/alert.ts';

/** What a route is told of an alert. */
export interface ToldAlert {
  readonly kind: AlertKind;
  readonly severity: AlertSeverity;
  readonly subject: string;
  readonly webhook_id: string | null;
  readonly source_id: string | null;
  readonly job_id: string | null;
  readonly node: string | null;
  readonly value: number;
  readonly threshold: number;
  readonly facts: Readonly<Record<string, string | number>>;
  readonly started_at: Date;
  readonly opened_at: Date;
  readonly resolved_at: Date | null;
}

/** Its columns, of an alias of the table. */
export const toldAlertOf = (alias: string): string =>
  [
    'severity',
    'subject',
    'webhook_id',
    'source_id',
    'job_id',
    'node',
    'value',
    'threshold',
    'facts',
    'started_at',
    'opened_at',
    'resolved_at',
  ]
    .map((column) => `${alias}.${column}`)
    .join(', ');
