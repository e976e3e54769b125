import type { APIPromise } from './api-promise.ts';
import { Zendesk } from './client.ts';
import { createTransport, type Envelope } from './internal/transport.ts';
import { decode } from './internal/wire.ts';
import type { CallOptions, ZendeskOptions } from './options.ts';
import type { Webhooks } from './webhooks.ts';

/** An event to be published. */
export interface PublishEvent {
  /** What happened, such as `zen:event-type:ticket.created` or a name of your own. */
  readonly type: string;
  /** The event's id: published again within 24 hours, it is delivered only once. */
  readonly id?: string | undefined;
  /** What it happened to, such as `zen:ticket:123`. */
  readonly subject?: string | undefined;
  /** When it happened; the time of publishing if not given. */
  readonly time?: Date | string | undefined;
  /** The thing it happened to. Sent as it is, keys too. */
  readonly detail?: Readonly<Record<string, unknown>> | undefined;
  /** What changed. Sent as it is, keys too. */
  readonly event?: Readonly<Record<string, unknown>> | undefined;
}

/** An event that was accepted. It is stored, and so is the work to deliver it. */
export interface PublishResult {
  /** The event. */
  event: { id: string };
  /** One invocation for each webhook that it goes to. */
  invocations: { id: string; webhookId: string }[];
  /** The webhooks that it would go to, and why it does not. */
  skipped: { webhookId: string; reason: string }[];
}

/** An event of a batch that was refused. */
export interface PublishFailure {
  /** The HTTP status that the event alone would have been answered with. */
  status: number;
  /** What is wrong with it. */
  error: { code: string; title: string; message: string };
  /** The same, field by field. */
  errors?: { field?: string; code: string; message: string }[];
}

/** What came of one event of a batch: one of the two, told apart by `error`. */
export type BatchResult =
  | (PublishResult & { error?: never })
  | (PublishFailure & { event?: never; invocations?: never; skipped?: never });

/** A direct invocation that was accepted. */
export interface InvokeResult {
  /** The invocation. */
  invocation: { id: string; webhookId: string };
}

/** How to publish one event. */
export interface PublishOptions extends CallOptions {
  /**
   * A key for this event, sent as `Idempotency-Key`: within 24 hours the same key gives the first
   * answer again and delivers nothing twice, so a call with a key is tried again after any
   * failure.
   */
  readonly idempotencyKey?: string | undefined;
}

/** What is sent by a direct invocation: a body, or a list of `[name, value]` pairs. */
export type InvokePayload = string | object;

/** Events in. */
export interface Events {
  /**
   * Publishes an event. When the promise is fulfilled, the event and its deliveries are durable.
   *
   * A call is tried again after a timeout or a broken connection only where a repeat is
   * recognised: with an `idempotencyKey`, or when the event has an `id`.
   *
   * @param event - The event.
   * @param options - `idempotencyKey`; the rest holds for this call.
   * @throws `ConflictError` when the key was used for another event; else as every call.
   */
  publish(event: PublishEvent, options?: PublishOptions): APIPromise<PublishResult>;

  /**
   * Publishes up to 1,000 events in one request. Each is accepted or refused by itself.
   *
   * @param events - The events. When all have an `id`, the call is tried again after any failure.
   * @param options - Hold for this call.
   * @returns What came of each event, in their order.
   */
  publishBatch(events: readonly PublishEvent[], options?: CallOptions): APIPromise<BatchResult[]>;
}

/** Webhooks, with what only Hooktrail can do with them. */
export interface HooktrailWebhooks extends Webhooks {
  /**
   * Invokes a webhook that is subscribed to `conditional_ticket_events`.
   *
   * @param webhookId - The webhook.
   * @param payload - The body; for `GET`, `DELETE` and `form_encoded` a list of `[name, value]`
   *   pairs. Sent as it is, keys too.
   * @param options - Hold for this call.
   */
  invoke(
    webhookId: string,
    payload: InvokePayload,
    options?: CallOptions,
  ): APIPromise<InvokeResult>;
}

interface PublishEnvelope {
  readonly event: object;
  readonly invocations: readonly object[];
  readonly skipped: readonly object[];
  readonly error?: object;
}

const readPublished = ({ event, invocations, skipped }: PublishEnvelope): PublishResult => ({
  event: decode(event),
  invocations: invocations.map((row) => decode(row)),
  skipped: skipped.map((row) => decode(row)),
});

/**
 * A client of Hooktrail: all of {@link Zendesk}, and what only Hooktrail has. Code that is
 * written against `Zendesk` takes it and works the same.
 */
export class Hooktrail extends Zendesk {
  /** The webhooks of the account; one may be invoked, too. */
  declare readonly webhooks: HooktrailWebhooks;
  /** Events in. */
  readonly events: Events;

  /** @param options - As for {@link Zendesk}. */
  constructor(options: ZendeskOptions = {}) {
    super(options);
    const send = createTransport(options);
    // The envelopes of these operations are not among those of the Zendesk API.
    const read =
      <Body, T>(reader: (body: Body) => T) =>
      (body: Envelope): T =>
        reader(body as unknown as Body);

    this.webhooks = {
      ...this.webhooks,
      invoke: (webhookId, payload, callOptions) =>
        send(
          {
            method: 'POST',
            path: ['v1', 'webhooks', webhookId, 'invocations'],
            body: { payload },
          },
          read(({ invocation }: { invocation: object }) => ({ invocation: decode(invocation) })),
          callOptions,
        ),
    };

    this.events = {
      publish: (event, { idempotencyKey, headers, ...callOptions } = {}) =>
        send(
          {
            method: 'POST',
            path: '/v1/events',
            body: event,
            idempotent: !!(idempotencyKey ?? event.id),
          },
          read(readPublished),
          { ...callOptions, headers: { 'idempotency-key': idempotencyKey, ...headers } },
        ),
      publishBatch: (events, callOptions) =>
        send(
          {
            method: 'POST',
            path: '/v1/events/batch',
            body: events,
            idempotent: events.every(({ id }) => id),
          },
          read(({ results }: { results: readonly PublishEnvelope[] }) =>
            results.map((result) =>
              result.error ? (result as unknown as PublishFailure) : readPublished(result),
            ),
          ),
          callOptions,
        ),
    };
  }
}
