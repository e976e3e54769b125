/** An event to publish. */
export interface PublishEvent {
  /** The event type, such as `zen:event-type:ticket.created` or one of your own. */
  readonly type: string;
  /** The event's id: publishing it again within 24 hours delivers nothing twice. */
  readonly id?: string | undefined;
  /** The subject of the event, such as `zen:ticket:123`. */
  readonly subject?: string | undefined;
  /** When it happened; default: the time of publishing. */
  readonly time?: Date | string | undefined;
  /** The subject's data. Sent unchanged, keys too. */
  readonly detail?: Readonly<Record<string, unknown>> | undefined;
  /** The changes. Sent unchanged, keys too. */
  readonly event?: Readonly<Record<string, unknown>> | undefined;
}

/** An event to publish, as JSON text that is ready. */
export interface RawEvent {
  /** The JSON of one event. */
  readonly rawBody: string;
}

/** An event as accepted. The event and its deliveries are durable. */
export interface PublishResult {
  /** The event. */
  event: { id: string };
  /**
   * One invocation for each matching webhook. Empty when an answer would list more than 1,000: then
   * `invocationsCount` is set.
   */
  invocations: { id: string; webhookId: string }[];
  /** How many invocations were created, where they are too many to be listed. */
  invocationsCount?: number;
  /** The matching webhooks that do not receive it, and why. Empty as `invocations`. */
  skipped: { webhookId: string; reason: string }[];
  /** How many webhooks are skipped, where `invocationsCount` is set. */
  skippedCount?: number;
  /** Where the event and its invocations are, where `invocationsCount` is set. */
  links?: { event: string; invocations: string };
}

/** An event of a batch that was refused. */
export interface PublishFailure {
  /** The HTTP status that the event would have received on its own. */
  status: number;
  /** Why it was refused. */
  error: { code: string; title: string; message: string };
  /** The reasons, field by field. */
  errors?: {
    code: string;
    title?: string;
    detail?: string;
    message: string;
    field?: string;
    source?: { parameter: string } | { pointer: string };
  }[];
  /** How many `errors` it would have received on its own, where the answer lists fewer. */
  errorsCount?: number;
}

/** The result for one event of a batch: accepted or refused, `error` distinguishes them. */
export type BatchResult =
  | (PublishResult & { error?: never })
  | (PublishFailure & { event?: never; invocations?: never; skipped?: never });
