import type { AlertTransition } from '../../model/alert.ts';
import type { ToldAlert } from '../../sql/parts/told-alert.ts';
import { alertWords } from '../alert-words.ts';
import type { AlertMessage } from './alert-message.ts';

interface Told {
  readonly account_id: number;
  readonly alert_id: string;
}

/**
 * The message that an alert opened or resolved.
 *
 * @param publicUrl Where people reach the console; undefined: nobody knows, so the message has a path.
 */
export function messageOf(
  row: ToldAlert & Told,
  transition: AlertTransition,
  publicUrl: string | undefined,
): AlertMessage {
  const { facts, kind, subject, threshold, value } = row;
  const name = String(facts['name'] ?? '');
  const about = {
    ...(row.job_id !== null && { jobId: row.job_id }),
    ...(row.node !== null && { node: row.node }),
  };
  const words = alertWords({
    ...{ kind, subject, value, threshold, facts },
    ...about,
    webhookId: row.webhook_id ?? undefined,
    sourceId: row.source_id ?? undefined,
  });
  return {
    id: `${row.alert_id}.${transition}`,
    transition,
    alertId: row.alert_id,
    accountId: row.account_id,
    kind,
    severity: row.severity,
    subject,
    summary: words.summary,
    advice: words.advice,
    url: `${publicUrl ?? ''}${words.path}`,
    ...(row.webhook_id !== null && { webhook: { id: row.webhook_id, name } }),
    ...(row.source_id !== null && { source: { id: row.source_id, name } }),
    ...about,
    value,
    threshold,
    startedAtMs: row.started_at.getTime(),
    openedAtMs: row.opened_at.getTime(),
    resolvedAtMs: transition === 'resolved' ? row.resolved_at?.getTime() : undefined,
  };
}
