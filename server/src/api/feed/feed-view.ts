import type { FeedItem } from '../../feed/feed-item.ts';
import { idTimeMs } from '../../model/ids.ts';
import { trailInvocationView } from '../invocations/trail-invocation-view.ts';

/** The data of an event of the feed as the API shows it. */
export function feedView({ atMs, event, invocation, webhook }: FeedItem, nowMs: number): object {
  const at = new Date(atMs).toISOString();
  if (invocation !== undefined) {
    const { isDueKnown, row } = invocation;
    const shown = trailInvocationView(row, invocation.webhook, invocation.event, nowMs);
    if (isDueKnown) return { at, invocation: shown };
    const { next_attempt_at: _, ...rest } = shown;
    return { at, invocation: rest };
  }
  if (event !== undefined) {
    const { shown, storedId, type } = event;
    return {
      at,
      event: {
        ...(shown?.id !== undefined && { id: shown.id }),
        type,
        ...(shown?.subject !== undefined && { subject: shown.subject }),
        created_at: new Date(idTimeMs(storedId)).toISOString(),
      },
    };
  }
  if (webhook === undefined) return { at };
  const { deletedAt, id, name } = webhook.webhook;
  return {
    at,
    webhook: { id, name, ...(deletedAt !== undefined && { deleted_at: deletedAt.toISOString() }) },
    reason_code: webhook.reasonCode,
  };
}
