import { insertInto } from '../database/insert-into.ts';
import {
  bigint,
  boolean,
  float8,
  json,
  text,
  timestamptzMs,
  uuid,
} from '../database/parameters.ts';
import { type Parameters, query } from '../database/query.ts';
import type { AlertKind, AlertSeverity } from '../model/alert.ts';

/** An alert that opens. */
export interface NewAlert {
  readonly accountId: number;
  readonly id: string;
  readonly kind: AlertKind;
  readonly severity: AlertSeverity;
  readonly subject: string;
  readonly webhookId: string | null;
  readonly sourceId: string | null;
  readonly jobId: string | null;
  readonly node: string | null;
  readonly value: number;
  readonly threshold: number;
  readonly facts: object;
  readonly startedMs: number;
  readonly openedMs: number;
  readonly muted: boolean;
}

const COLUMNS: Parameters<NewAlert> = {
  account_id: bigint((p) => p.accountId),
  id: uuid((p) => p.id),
  kind: text((p) => p.kind),
  severity: text((p) => p.severity),
  subject: text((p) => p.subject),
  webhook_id: uuid((p) => p.webhookId),
  source_id: uuid((p) => p.sourceId),
  job_id: uuid((p) => p.jobId),
  node: text((p) => p.node),
  value: float8((p) => p.value),
  threshold: float8((p) => p.threshold),
  facts: json((p) => p.facts),
  started_at: timestamptzMs((p) => p.startedMs),
  opened_at: timestamptzMs((p) => p.openedMs),
  muted: boolean((p) => p.muted),
};

/**
 * Opens an alert, and returns its id. Where one of its subject is open already, although no episode says so, that one
 * stays as it is and its id is returned: refusing would fail the evaluation of all accounts, again and again.
 */
export const insertAlert = query<NewAlert, { id: string }>(
  'insert-alert',
  COLUMNS,
  `${insertInto('alert', COLUMNS)}
on conflict (account_id, kind, subject) where resolved_at is null do update
  set subject = excluded.subject
returning id`,
);
