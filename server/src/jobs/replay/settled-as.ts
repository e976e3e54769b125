import type { JobItemRow } from '../../sql/read-job-items.ts';
import type { SettledItem } from '../../sql/settle-job-items.ts';
import type { SkipReason } from './skip-reason.ts';

/** What becomes of an item that was not sent yet. */
export function settledAs(
  item: JobItemRow,
  to: SettledItem['to'],
  reason: SkipReason | null,
): SettledItem {
  return {
    webhookId: item.webhook_id,
    invocationId: item.invocation_id,
    from: 'pending',
    to,
    reason,
    attemptsCount: item.attempts_count,
    targetId: null,
  };
}
