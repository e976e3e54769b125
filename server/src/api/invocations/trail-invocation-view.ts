import { idTimeMs } from '../../model/ids.ts';
import { DIRECT } from '../../model/webhook.ts';
import type { TrailRow } from '../../sql/read-created-invocations.ts';
import type { ListedEvent } from '../../trail/event-facts.ts';
import { reasonCodeOf } from '../../trail/reason-code-of.ts';
import type { ListedWebhook } from '../../trail/select-webhooks.ts';
import { stateOf } from '../../trail/state-of.ts';
import type { TrailInvocation } from './trail-schema.ts';

/** An invocation of a list over webhooks as the API shows it. */
export function trailInvocationView(
  row: TrailRow,
  { id, name, deletedAt, held, origin }: ListedWebhook,
  event: ListedEvent | undefined,
  nowMs: number,
): TrailInvocation {
  const attempted = row.attempts_count > 0;
  const state = stateOf(row, nowMs);
  const reason = reasonCodeOf(row, held, nowMs);
  const eventId = row.event_type === DIRECT ? row.event_id : event?.id;
  return {
    id: row.id,
    webhook: { id, name, ...(deletedAt !== undefined && { deleted_at: deletedAt.toISOString() }) },
    ...(origin !== undefined && { origin }),
    ...(typeof eventId === 'string' && { event_id: eventId }),
    ...(row.event_type !== null && { event_type: row.event_type }),
    ...(event?.subject !== undefined && row.event_type !== DIRECT && { subject: event.subject }),
    ...(event?.erasedAt !== undefined && { erased_at: event.erasedAt.toISOString() }),
    status: row.status,
    ...(row.status_code !== null && { status_code: row.status_code }),
    attempts_count: row.attempts_count,
    created_at: new Date(idTimeMs(row.id)).toISOString(),
    // Without an attempt, latest_at_us is the creation.
    ...(attempted && {
      latest_completed_at: new Date(Math.floor(row.latest_at_us / 1000)).toISOString(),
    }),
    state,
    ...(state === 'waiting' &&
      !row.leased &&
      row.due_at !== null && { next_attempt_at: row.due_at.toISOString() }),
    ...(reason !== null && {
      reason_code: reason,
    }),
    ...(row.reason !== null && { reason: row.reason }),
    ...(row.error_class !== null && {
      error_class: row.error_class as Exclude<TrailInvocation['error_class'], undefined>,
    }),
    ...(row.duration_ms !== null && { duration_ms: row.duration_ms }),
    // Attempts from before migration 11 have neither: they may have been manual.
    ...(row.duration_ms !== null && {
      trigger: (row.trigger ?? 'schedule') as Exclude<TrailInvocation['trigger'], undefined>,
    }),
  };
}
