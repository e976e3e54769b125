import type { Open } from './open.ts';
import type { WebhookInvocationStatus } from './webhook-invocation.ts';

/** The webhook of an invocation in a list. */
export interface ListedWebhook {
  /** Its id. */
  id: string;
  /** Its name. */
  name: string;
  /** When it was deleted; absent while it exists. */
  deletedAt?: Date;
  /** The source that it is archived from, as `origin:` finds it; absent: it is ours. */
  origin?: string;
}

/** An invocation in a list over all webhooks. */
export interface ListedInvocation {
  /** A ULID. */
  id: string;
  /** The webhook that receives it. */
  webhook: ListedWebhook;
  /** The source that it is archived from, as `origin:` finds it; absent: it is ours. */
  origin?: string;
  /** The event, by the id that `publish` returned; absent when it is too long to read or not kept. */
  eventId?: string;
  /** The type of the event; absent where it is unknown, of an archived one. */
  eventType?: string;
  /** The subject of the event; absent when it has none, or where `eventId` is. */
  subject?: string;
  /** When its event was erased, with all that was sent and answered of it. */
  erasedAt?: Date;
  /** Its status. */
  status: WebhookInvocationStatus;
  /** The HTTP status of the latest answer; absent without an answer. */
  statusCode?: number;
  /** How many requests were made. */
  attemptsCount: number;
  /** When the event was accepted. */
  createdAt: Date;
  /** When the latest attempt finished; absent before that. */
  latestCompletedAt?: Date;
  /** Whether it still waits. */
  state: Open<'waiting' | 'in flight' | 'final'>;
  /** The earliest time of the next attempt, while it waits for one. */
  nextAttemptAt?: Date;
  /** Why it waits, or why it ended: a reason of the query language. */
  reasonCode?: string;
  /** The recorded reason in words. */
  reason?: string;
  /** The class of the latest attempt's error. */
  errorClass?: string;
  /** The duration of the latest attempt. */
  durationMs?: number;
  /** What caused the latest attempt. */
  trigger?: Open<'schedule' | 'manual' | 'job'>;
}
