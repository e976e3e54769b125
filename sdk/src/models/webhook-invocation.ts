import type { Open } from './open.ts';

/**
 * The state of an invocation or an attempt. No documentation mentions `terminated`: the real
 * service returns it for an invocation that it gave up.
 */
export type WebhookInvocationStatus = Open<
  | 'unknown'
  | 'accepted'
  | 'success'
  | 'failed'
  | 'timeout'
  | 'circuit broken'
  | 'throttled'
  | 'client error'
  | 'server error'
  | 'terminated'
>;

/** The order of a list of invocations. */
export type WebhookInvocationSort = Open<'latest_completed_at' | '-latest_completed_at'>;

/** One event to deliver to one webhook. */
export interface WebhookInvocation {
  /** A ULID; the real service repeats it on several rows, one for each finished attempt. */
  id: string;
  /** The webhook that receives it. */
  webhookId: string;
  /** The type of the event; absent where it is unknown. */
  eventType?: string;
  /** Its state. */
  status: WebhookInvocationStatus;
  /** The HTTP status of the latest answer; absent without an answer. */
  statusCode?: number;
  /** How many requests were made. */
  attemptsCount: number;
  /** When the event was accepted. */
  createdAt: Date;
  /** When the latest attempt finished; absent before that. */
  latestCompletedAt?: Date;
  /** When the next attempt is due; only Hooktrail sends it, and only while one is due. */
  nextAttemptAt?: Date;
}
