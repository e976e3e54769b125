import { idTimeMs } from '../../model/ids.ts';
import type { EventSummaryRow } from '../../sql/read-account-events.ts';
import type { EventInvocation as EventInvocationOfTrail } from '../../trail/list-event-invocations.ts';
import { invocationView } from '../schema/invocation-view.ts';
import type { EventInvocation, EventSummary } from './event-schema.ts';

/** An event as lists show it. */
export function eventView(row: EventSummaryRow): EventSummary {
  return {
    id: row.own_id ?? row.id,
    ...(row.own_id !== null && { stored_id: row.id }),
    ...(row.type !== null && { type: row.type }),
    created_at: new Date(idTimeMs(row.id)).toISOString(),
    ...(row.bytes !== null && { body_length: row.bytes }),
    ...(row.erased_at instanceof Date && { erased_at: row.erased_at.toISOString() }),
    ...(row.invocations_count !== null && { invocations_count: row.invocations_count }),
    skipped_count: row.skipped_count,
    ...(row.source !== null && { origin: row.source }),
  };
}

/**
 * An invocation of an event as the API shows it. What holds back each of a hundred webhooks is not
 * read, so the next attempt of what is held back is at its due time at the earliest.
 */
export function eventInvocationView(row: EventInvocationOfTrail): EventInvocation {
  const { name, deletedAt } = row.webhook;
  return {
    ...invocationView(row.webhook_id, row, undefined),
    webhook_name: name,
    ...(deletedAt !== undefined && { webhook_deleted_at: deletedAt.toISOString() }),
  };
}
