import type { EndpointRequest, EndpointResponse } from './endpoint-exchange.ts';
import type { WebhookInvocationStatus } from './webhook-invocation.ts';

/** One HTTP request of an invocation. */
export interface WebhookInvocationAttempt {
  /** The attempt's ULID; in the real service it may be the webhook's. */
  id: string;
  /** The invocation it belongs to. */
  invocationId?: string;
  /** Its outcome. */
  status: WebhookInvocationStatus;
  /** The HTTP status of the answer; absent without an answer. */
  statusCode?: number;
  /** When it started. */
  createdAt?: Date;
  /** When it finished. */
  completedAt?: Date;
  /** How long it took, in milliseconds. */
  durationMs?: number;
  /** Why there was no valid answer, in words. */
  errorMessage?: string;
  /** The method as sent; only Hooktrail returns it. */
  method?: string;
  /** The URL as sent, a key in the query masked; only Hooktrail returns it. */
  url?: string;
  /** The request as sent; absent where the service does not return it. */
  request?: EndpointRequest;
  /** The endpoint's answer; absent without one. */
  response?: EndpointResponse;
}
