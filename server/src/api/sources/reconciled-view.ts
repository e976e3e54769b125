import { idTimeMs } from '../../model/ids.ts';
import type { ReconcileKind } from '../../model/reconcile.ts';
import type { ReconciledRow } from '../../sql/read-archived-reconciled.ts';
import type { ReconciledInvocation } from './reconcile-schema.ts';

/** An invocation behind a number as the API shows it. */
export function reconciledView(
  row: ReconciledRow,
  kind: ReconcileKind,
  webhookName: string,
): ReconciledInvocation {
  return {
    id: row.id,
    webhook: { id: row.webhook_id, name: webhookName },
    kind,
    created_at: new Date(idTimeMs(row.id)).toISOString(),
    ...(row.status !== null && { status: row.status }),
    ...(row.status_code !== null && { status_code: row.status_code }),
    ...(row.attempts_count !== null && { attempts_count: row.attempts_count }),
    ...(row.latest_at !== null && { latest_completed_at: row.latest_at.toISOString() }),
    ...(row.arrived_at !== null && { arrived_at: row.arrived_at.toISOString() }),
    ...(row.event_id !== null && { event_id: row.event_id }),
  };
}
