import type { ListedWebhook } from './listed-invocation.ts';
import type { Open } from './open.ts';
import type { WebhookInvocationStatus } from './webhook-invocation.ts';

/** The durations of attempts. */
export interface CountedDurations {
  /** Exact. */
  mean: number;
  /** The median; like the next two it is off by 5 % at most. */
  p50: number;
  /** What 95 % did not exceed. */
  p95: number;
  /** What 99 % did not exceed. */
  p99: number;
}

/** Counts of attempts, by when they finished, and of invocations that became final. */
export interface CountsTotal {
  /** Attempts. */
  attempts: number;
  /** Attempts that succeeded. */
  succeeded: number;
  /** `succeeded` by `attempts`; absent without attempts. */
  successShare?: number;
  /** How often an invocation became final, also without an attempt. */
  settled: number;
  /** How often that was a success. */
  delivered: number;
  /** How often a final invocation was replayed: it is final no more until it settles again. */
  reopened: number;
  /** In milliseconds; absent without attempts. */
  durationMs?: CountedDurations;
}

/** The counts of one webhook, status, error class or step of time, as asked for. */
export interface CountsRow extends CountsTotal {
  /** With `by: ['webhook']`; absent in the row of webhooks that are no longer known. */
  webhook?: ListedWebhook;
  /** With `by: ['status']`. */
  status?: WebhookInvocationStatus;
  /** With `by: ['error']`; absent in the row of what has none. */
  errorClass?: string;
  /** With `step`: where it begins. */
  at?: Date;
}

/** How many invocations a query selects that only a look at each can answer. */
export interface LiveCount {
  /** At most 10,000. */
  invocations: number;
  /** There may be more. */
  more: boolean;
}

/** What was counted. */
export interface Counts {
  /** The rows that are not all 0, by time and then by attempts; empty without `by` and `step`. */
  counts: CountsRow[];
  /** Of all rows; absent with `live`. */
  total?: CountsTotal;
  /** In place of `total`, for a query with other fields than counts have. */
  live?: LiveCount;
  /** The span that was counted. */
  meta: {
    /** Inclusive. */
    from: Date;
    /** Exclusive. */
    to: Date;
    /** The span was widened to whole ones of these; absent with `live`. */
    unit?: Open<'minute' | 'hour' | 'day'>;
    /** While counting is behind: what was recorded from then on may be missing. */
    countedUntil?: Date;
  };
}
