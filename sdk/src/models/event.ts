import type { Open } from './open.ts';
import type { WebhookInvocation } from './webhook-invocation.ts';

/** The order of a list of events. */
export type EventSort = Open<'created_at' | '-created_at'>;

/** An event in a list, without its body. */
export interface EventSummary {
  /** The id that `publish` returned: the publisher's own, or the one that was made. */
  id: string;
  /** The id that the trail gave it, where the publisher chose another one. `get` takes both. */
  storedId?: string;
  /**
   * The type, such as `order.paid`; `conditional_ticket_events` for a direct invocation. Absent where
   * it is unknown, of an archived one.
   */
  type?: string;
  /** When it was accepted. */
  createdAt: Date;
  /** When its body was erased; absent where it is kept. */
  erasedAt?: Date;
  /** The length of the body in bytes; absent where it was erased. */
  bodyLength?: number;
  /** How many webhooks it went to; absent for events that an earlier version stored. */
  invocationsCount?: number;
  /** How many webhooks subscribe to it and were skipped. */
  skippedCount: number;
  /** The source that it is archived from, as `origin:` finds it; absent: it is ours. */
  origin?: string;
}

/** An invocation of an event, with the name of its webhook. */
export interface EventInvocation extends WebhookInvocation {
  /** The name of the webhook. */
  webhookName: string;
  /** When the webhook was deleted; absent while it exists. */
  webhookDeletedAt?: Date;
}

/** A webhook that subscribes to an event and did not get it. */
export interface SkippedWebhook {
  /** The webhook. */
  webhookId: string;
  /** Its name; absent when it was deleted. */
  webhookName?: string;
  /** Why it was skipped. */
  reason: Open<'inactive'>;
}

/** An event, what it matched and what it skipped. */
export interface EventDetails extends EventSummary {
  /**
   * The JSON text that receivers get. It is not parsed: numbers keep all their digits. Absent
   * where it was erased.
   */
  body?: string;
  /** Of an event of an inbox: the headers of the request, with secrets masked. */
  headers?: { key: string; value: string }[];
  /** How many more there were; absent where all are kept. */
  headersLeftOut?: number;
  /** The first 100 invocations, newest webhook first; `invocations` lists all. */
  invocations: EventInvocation[];
  /** The skipped webhooks, at most 1,000. */
  skipped: SkippedWebhook[];
}
