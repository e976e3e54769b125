import { idTimeMs } from '../ids.ts';
import type { InvocationRow } from '../sql/read-invocations.ts';
import type { Invocation } from './invocation-schema.ts';

/** An invocation on the wire. */
export function invocationView(webhookId: string, row: InvocationRow): Invocation {
  const attempted = row.attempts_count > 0;
  return {
    id: row.id,
    webhook_id: webhookId,
    event_type: row.event_type,
    status: row.status,
    ...(row.status_code !== null && { status_code: row.status_code }),
    attempts_count: row.attempts_count,
    created_at: new Date(idTimeMs(row.id)).toISOString(),
    // Without an attempt the sort time is the creation.
    ...(attempted && {
      latest_completed_at: new Date(Math.floor(row.latest_at_us / 1000)).toISOString(),
    }),
    // Leased means that the attempt is under way: due_at is the end of the lease then.
    ...(attempted &&
      row.due_at !== null &&
      !row.leased && { next_attempt_at: row.due_at.toISOString() }),
  };
}
