import { alertWords } from '../../alerts/alert-words.ts';
import type { Directory } from '../../directory/directory.ts';
import type { AlertRow } from '../../sql/parts/alert-row.ts';
import type { AlertNoticeRow } from '../../sql/read-alert-notices.ts';
import type { AlertBody, AlertView } from './alert-schema.ts';

interface Parts {
  readonly directory: Pick<Directory, 'webhook'>;
  readonly publicUrl: string | undefined;
}

const iso = (time: Date | null) => time?.toISOString() ?? null;

/** An alert as the API shows it. What was deleted has the name that it had. */
export function alertView(row: AlertRow, { directory, publicUrl = '' }: Parts): AlertView {
  const { facts, job_id: jobId, source_id: sourceId, webhook_id: webhookId } = row;
  const words = alertWords({
    ...row,
    webhookId: webhookId ?? undefined,
    sourceId: sourceId ?? undefined,
    jobId: jobId ?? undefined,
    node: row.node ?? undefined,
  });
  const name = String(facts['name'] ?? '');
  return {
    id: row.id,
    kind: row.kind,
    severity: row.severity,
    state: row.resolved_at === null ? 'open' : 'resolved',
    summary: words.summary,
    advice: words.advice,
    url: `${publicUrl}${words.path}`,
    ...(webhookId !== null && {
      webhook: { id: webhookId, name: directory.webhook(webhookId)?.name ?? name },
    }),
    ...(sourceId !== null && { source: { id: sourceId, name } }),
    ...(jobId !== null && { job: { id: jobId } }),
    ...(row.node !== null && { node: row.node }),
    value: row.value,
    threshold: row.threshold,
    started_at: row.started_at.toISOString(),
    opened_at: row.opened_at.toISOString(),
    resolved_at: iso(row.resolved_at),
    acknowledged_at: iso(row.acknowledged_at),
    acknowledged_by: row.acknowledged_by,
    note: row.note,
    muted: row.muted,
  };
}

/** A message of an alert as the API shows it. */
export const noticeView = (row: AlertNoticeRow): AlertBody['alert']['notices'][number] => ({
  route: { id: row.route_id, name: row.route_name, kind: row.route_kind },
  transition: row.transition,
  state: row.state,
  attempts: row.attempts,
  at: (row.sent_at ?? row.due_at).toISOString(),
  error: row.error,
});
