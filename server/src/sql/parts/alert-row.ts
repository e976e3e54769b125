import type { AlertKind, AlertSeverity } from '../../model/alert.ts';

/** An alert as it is stored. */
export interface AlertRow {
  readonly id: string;
  readonly account_id: number;
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
  readonly acknowledged_at: Date | null;
  readonly acknowledged_by: string | null;
  readonly note: string | null;
  readonly muted: boolean;
}

const NAMES = [
  'id',
  'account_id',
  'kind',
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
  'acknowledged_at',
  'acknowledged_by',
  'note',
  'muted',
];

/** The columns of `AlertRow`. */
export const ALERT_COLUMNS = NAMES.join(', ');
