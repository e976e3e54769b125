import type { ReconcileCounts } from '../../model/reconcile.ts';
import { RECONCILE_KINDS } from '../../model/reconcile.ts';
import { HOUR_MS } from '../../model/time-units.ts';
import type { ArchiveGapRow } from '../../sql/read-archive-gaps.ts';
import type { ReconcileHourRow } from '../../sql/read-reconcile-hours.ts';
import type { ReconciledHour } from './reconcile-schema.ts';

const iso = (time: Date) => time.toISOString();

/** The numbers of a span, with their sum of what is listed. */
export function reconcileNumbers(counts: ReconcileCounts) {
  const numbers = Object.fromEntries(
    RECONCILE_KINDS.map((kind) => [kind, counts[kind]]),
  ) as unknown as ReconcileCounts;
  const sum = RECONCILE_KINDS.reduce((all, kind) => all + counts[kind], 0);
  return { listed: sum - counts.not_listed, ...numbers };
}

/** An hour of a webhook as the API shows it. */
export function reconcileView(
  row: ReconcileHourRow,
  gaps: readonly ArchiveGapRow[],
  inboxName: string | undefined,
): ReconciledHour {
  const fromMs = row.hour_at.getTime();
  const gap = gaps.find(
    ({ from_at: from, to_at: to, webhook_id: webhookId }) =>
      webhookId === row.webhook_id && from.getTime() < fromMs + HOUR_MS && to.getTime() >= fromMs,
  );
  return {
    hour: iso(row.hour_at),
    webhook: { id: row.webhook_id, name: row.webhook_name },
    inbox: { id: row.inbox_id, ...(inboxName !== undefined && { name: inboxName }) },
    from: iso(row.from_at),
    to: iso(row.to_at),
    ...reconcileNumbers(row),
    ...(gap !== undefined && { unknown: gap.reason }),
  };
}
