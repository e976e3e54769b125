import { idTimeMs } from '../../model/ids.ts';
import type { InvocationRow } from '../../sql/read-invocations.ts';
import type { Invocation } from './invocation.ts';

/** An invocation as the API shows it. `opensAt`: when the webhook's gates open again. */
export function invocationView(
  webhookId: string,
  row: InvocationRow,
  opensAt: Date | undefined,
): Invocation {
  const attempted = row.attempts_count > 0;
  const next = nextAttemptAt(row, opensAt);
  return {
    id: row.id,
    webhook_id: webhookId,
    ...(row.event_type !== null && { event_type: row.event_type }),
    status: row.status,
    ...(row.status_code !== null && { status_code: row.status_code }),
    attempts_count: row.attempts_count,
    created_at: new Date(idTimeMs(row.id)).toISOString(),
    // Without an attempt, latest_at_us is the creation.
    ...(attempted && {
      latest_completed_at: new Date(Math.floor(row.latest_at_us / 1000)).toISOString(),
    }),
    ...(next !== undefined && { next_attempt_at: next.toISOString() }),
  };
}

/** Whether the breaker or the rate limit of its webhook holds the invocation back. */
export function isHeldBack({ due_at, leased, status }: InvocationRow): boolean {
  return due_at !== null && !leased && (status === 'circuit broken' || status === 'throttled');
}

function nextAttemptAt(row: InvocationRow, opensAt: Date | undefined): Date | undefined {
  // While an attempt is in flight the row is leased, and due_at is the end of the lease.
  if (row.due_at === null || row.leased) return undefined;
  if (!isHeldBack(row)) {
    // An unknown one may have no attempt on the record, and wait for hours because it is blamed.
    return row.attempts_count > 0 || row.status === 'unknown' ? row.due_at : undefined;
  }
  return opensAt !== undefined && opensAt > row.due_at ? opensAt : row.due_at;
}
