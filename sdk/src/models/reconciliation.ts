import type { Open } from './open.ts';
import type { ListedGap } from './source.ts';
import type { WebhookInvocationStatus } from './webhook-invocation.ts';

/** What became of an invocation on both sides. */
export type ReconcileKind = Open<
  'arrived' | 'not_arrived' | 'failed' | 'failed_arrived' | 'never_sent' | 'not_listed'
>;

/** How many invocations are of each kind. */
export interface ReconcileNumbers {
  /** That the source lists: the sum of the next five. */
  listed: number;
  /** Listed as success, and arrived. */
  arrived: number;
  /** Listed as success, and did not arrive. */
  notArrived: number;
  /** Listed as a failure, and did not arrive. */
  failed: number;
  /** Listed as a failure, and arrived. */
  failedArrived: number;
  /** Listed with outcomes without a request. */
  neverSent: number;
  /** Arrived, and not listed yet. */
  notListed: number;
}

/** The numbers of a webhook in an hour. */
export interface ReconciledHour extends ReconcileNumbers {
  /** When the hour of creation begins. */
  hour: Date;
  /** The archived webhook. */
  webhook: { id: string; name: string };
  /** Where it sends to; without a name where the inbox was deleted. */
  inbox: { id: string; name?: string };
  /** What of the hour is compared. */
  from: Date;
  /** Exclusive. */
  to: Date;
  /** Why more may have been sent than is listed: a gap of the archive touches the hour. */
  unknown?: ListedGap['reason'];
}

/** What a source lists against what arrived at an inbox. */
export interface Reconciliation {
  /** The latest first; an hour in which all numbers are 0 has none. */
  hours: ReconciledHour[];
  /** Of the whole span. */
  total: ReconcileNumbers;
  /** The number to alert on: listed as success, older than both sides need, and did not arrive. */
  missing: number;
  /** What was compared, and where the next page begins. */
  meta: {
    hasMore: boolean;
    afterCursor?: string;
    beforeCursor?: string;
    from: Date;
    to: Date;
    /** Webhooks that send to an inbox now. */
    webhooks: number;
    /** What was created later is not compared yet; absent without such a webhook. */
    comparedUntil?: Date;
    /** Gaps that touch the span: at most 50. */
    gaps?: ListedGap[];
  };
}

/** An invocation behind a number. */
export interface ReconciledInvocation {
  /** Of the archived invocation; where it is not listed, the id that arrived. */
  id: string;
  /** The archived webhook. */
  webhook: { id: string; name: string };
  /** The number that it is one of. */
  kind: ReconcileKind;
  /** The time in its id. */
  createdAt: Date;
  /** As listed; absent where it is not, or not kept. */
  status?: WebhookInvocationStatus;
  /** Of the latest outcome. */
  statusCode?: number;
  /** Requests that are listed. */
  attemptsCount?: number;
  /** When the latest outcome was. */
  latestCompletedAt?: Date;
  /** Of `failed_arrived` and `not_listed`. */
  arrivedAt?: Date;
  /** The event that it arrived as. */
  eventId?: string;
}
