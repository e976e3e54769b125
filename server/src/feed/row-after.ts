import type { DeliveryStatus } from '../model/delivery-status.ts';
import { idTimeMs } from '../model/ids.ts';
import type { KeyedInvocation } from '../sql/read-invocations-by-key.ts';

/** What a delta says of an invocation. */
export interface RecordedChange {
  readonly status: DeliveryStatus;
  /** It is final since. */
  readonly settled: boolean;
  /** Of an attempt; null: it was accepted. */
  readonly attempt?: RecordedAttempt | null;
}

interface RecordedAttempt {
  readonly number: number;
  readonly statusCode: number | null;
  readonly errorClass: string | null;
  readonly durationMs: number;
  readonly completedMs: number;
}

/** The row of an invocation as a change left it. */
export interface RowAfter {
  readonly row: KeyedInvocation;
  /** Whether the row has the time of the next attempt that it had then. */
  readonly isDueKnown: boolean;
}

/** Stands for a time that is not known. */
const SOME_TIME = new Date(0);

/**
 * Takes back what came after a change, from a row that was read later. What only the row of that time had
 * is left out.
 */
export function rowAfter(now: KeyedInvocation, change: RecordedChange): RowAfter {
  const { attempt, settled, status } = change;
  const attempts = attempt === null ? 0 : (attempt?.number ?? now.attempts_count);
  const isLatest = attempts === now.attempts_count && status === now.status;
  if (attempt === null && isLatest) return { row: now, isDueKnown: true };
  const isDueKnown = isLatest && !now.leased && now.due_at !== null;
  return {
    row: {
      ...now,
      status,
      attempts_count: attempts,
      due_at: settled ? null : isDueKnown ? now.due_at : SOME_TIME,
      leased: false,
      delivered: isLatest ? now.delivered : status === 'success',
      ...(!isLatest && { reason: null, reason_code: null, trigger: null }),
      ...(attempt === null && {
        status_code: null,
        error_class: null,
        duration_ms: null,
        latest_at_us: idTimeMs(now.id) * 1_000,
      }),
      ...(attempt && {
        status_code: attempt.statusCode,
        error_class: attempt.errorClass,
        duration_ms: attempt.durationMs,
        latest_at_us: attempt.completedMs * 1_000,
      }),
    },
    isDueKnown,
  };
}
