import type { APIPromise } from './api-promise.ts';
import { Zendesk } from './client.ts';
import type {
  Account,
  AccountInput,
  DeliveryRules,
  InvocationDetails,
  PauseState,
  RotatedSecret,
  WebhookDelivery,
  WebhookHealth,
} from './hooktrail-models.ts';
import { webhooksPath } from './internal/path.ts';
import { fromWire, toWire } from './internal/translate.ts';
import { createTransport, type Envelope } from './internal/transport.ts';
import { decode } from './internal/wire.ts';
import type { WebhookInvocation } from './models.ts';
import type { CallOptions, ZendeskOptions } from './options.ts';
import type { Webhooks } from './webhooks.ts';

export type * from './hooktrail-models.ts';

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

  /**
   * Replaces the signing secret of a webhook, and shows the new one.
   *
   * @param webhookId - The webhook.
   * @param options - `graceSeconds`: for how long the signatures of Standard Webhooks are made with
   *   the old secret too; the rest holds for this call.
   */
  resetSigningSecret(
    webhookId: string,
    options?: CallOptions & { readonly graceSeconds?: number | undefined },
  ): APIPromise<RotatedSecret>;

  /**
   * Shows the delivery rules of a webhook: its own, and all that hold.
   *
   * @param webhookId - The webhook.
   * @param options - Hold for this call.
   */
  getDelivery(webhookId: string, options?: CallOptions): APIPromise<WebhookDelivery>;

  /**
   * Replaces the delivery rules that a webhook has of its own.
   *
   * @param webhookId - The webhook.
   * @param rules - The rules; what is left out is as the profile says from then on.
   * @param options - Hold for this call.
   */
  updateDelivery(
    webhookId: string,
    rules: DeliveryRules,
    options?: CallOptions,
  ): APIPromise<WebhookDelivery>;

  /**
   * Holds the deliveries of a webhook; what is published for it waits.
   *
   * @param webhookId - The webhook.
   * @param options - Hold for this call.
   */
  pause(webhookId: string, options?: CallOptions): APIPromise<PauseState>;

  /**
   * Lets the deliveries of a paused webhook go on.
   *
   * @param webhookId - The webhook.
   * @param options - Hold for this call.
   */
  resume(webhookId: string, options?: CallOptions): APIPromise<PauseState>;

  /**
   * Shows how a webhook is doing.
   *
   * @param webhookId - The webhook.
   * @param options - Hold for this call.
   */
  health(webhookId: string, options?: CallOptions): APIPromise<WebhookHealth>;
}

/** The account that the credentials belong to. */
export interface AccountOperations {
  /**
   * Shows the account.
   *
   * @param options - Hold for this call.
   */
  get(options?: CallOptions): APIPromise<Account>;

  /**
   * Changes the name or the profile of the account, and shows it as it is then.
   *
   * @param account - What is to be changed.
   * @param options - Hold for this call.
   */
  update(account: AccountInput, options?: CallOptions): APIPromise<Account>;
}

/** Single invocations. */
export interface Invocations {
  /**
   * Shows an invocation with all that is known of it.
   *
   * @param webhookId - The webhook.
   * @param invocationId - The invocation.
   * @param options - Hold for this call.
   */
  get(
    webhookId: string,
    invocationId: string,
    options?: CallOptions,
  ): APIPromise<InvocationDetails>;

  /**
   * Sends an invocation again. A repeat would send it once more: after a timeout or a broken
   * connection the call is not tried again.
   *
   * @param webhookId - The webhook.
   * @param invocationId - The invocation.
   * @param options - `force`: also where it would be refused otherwise; the rest holds for this call.
   */
  replay(
    webhookId: string,
    invocationId: string,
    options?: CallOptions & { readonly force?: boolean | undefined },
  ): APIPromise<WebhookInvocation>;
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
  /** The account itself. */
  readonly account: AccountOperations;
  /** Single invocations; `webhookInvocations` lists them. */
  readonly invocations: Invocations;

  /** @param options - As for {@link Zendesk}. */
  constructor(options: ZendeskOptions = {}) {
    super(options);
    const send = createTransport(options);
    // The envelopes of these operations are not among those of the Zendesk API.
    const read =
      <Body, T>(reader: (body: Body) => T) =>
      (body: Envelope): T =>
        reader(body as unknown as Body);
    const whole = <T>(body: Envelope): T => fromWire(body);
    const readAccount = read(({ account }: { account: object }) => fromWire<Account>(account));
    const readInvocation = <T>() =>
      read(({ invocation }: { invocation: object }) => fromWire<T>(invocation));
    const own = (webhookId: string, ...segments: string[]) => [
      'v1',
      'webhooks',
      webhookId,
      ...segments,
    ];

    this.webhooks = {
      ...this.webhooks,
      invoke: (webhookId, payload, callOptions) =>
        send(
          {
            method: 'POST',
            path: own(webhookId, 'invocations'),
            body: { payload },
          },
          read(({ invocation }: { invocation: object }) => ({ invocation: decode(invocation) })),
          callOptions,
        ),
      resetSigningSecret: (webhookId, { graceSeconds, ...callOptions } = {}) =>
        send(
          {
            method: 'POST',
            path: webhooksPath(webhookId, 'signing_secret'),
            query: { grace_seconds: graceSeconds },
          },
          ({ signing_secret }) => fromWire(signing_secret),
          callOptions,
        ),
      getDelivery: (webhookId, callOptions) =>
        send({ path: own(webhookId, 'delivery') }, whole<WebhookDelivery>, callOptions),
      updateDelivery: (webhookId, rules, callOptions) =>
        send(
          {
            method: 'PUT',
            path: own(webhookId, 'delivery'),
            body: { delivery: toWire(rules) },
          },
          whole<WebhookDelivery>,
          callOptions,
        ),
      pause: (webhookId, callOptions) =>
        send(
          { method: 'POST', path: own(webhookId, 'pause'), idempotent: true },
          whole<PauseState>,
          callOptions,
        ),
      resume: (webhookId, callOptions) =>
        send(
          { method: 'POST', path: own(webhookId, 'resume'), idempotent: true },
          whole<PauseState>,
          callOptions,
        ),
      health: (webhookId, callOptions) =>
        send(
          { path: own(webhookId, 'health') },
          read(({ health }: { health: object }) => fromWire<WebhookHealth>(health)),
          callOptions,
        ),
    };

    this.account = {
      get: (callOptions) => send({ path: '/v1/account' }, readAccount, callOptions),
      update: (account, callOptions) =>
        send({ method: 'PUT', path: '/v1/account', body: { account } }, readAccount, callOptions),
    };

    this.invocations = {
      get: (webhookId, invocationId, callOptions) =>
        send(
          { path: own(webhookId, 'invocations', invocationId) },
          readInvocation<InvocationDetails>(),
          callOptions,
        ),
      replay: (webhookId, invocationId, { force, ...callOptions } = {}) =>
        send(
          {
            method: 'POST',
            path: own(webhookId, 'invocations', invocationId, 'replay'),
            body: { force },
          },
          readInvocation<WebhookInvocation>(),
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
