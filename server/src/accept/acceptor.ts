import type { ReceivedHeaders } from '../model/received-headers.ts';
import type { Webhook } from '../model/webhook.ts';
import type { CapturedKeys, PublishedHeaders } from './capture-keys.ts';

/** A complete, validated event. */
export interface NewEvent {
  /** The publisher's id of the event, or a generated one. */
  readonly id: string;
  /** The publisher chose the id. A generated one is also the id of the stored event. */
  readonly ownId: boolean;
  readonly type: string;
  /** The text whose bytes receivers get. */
  readonly body: string;
  /** What it is found by, by the keys that its account had a moment ago. */
  readonly captured?: CapturedKeys | undefined;
  /** The headers of the request that published it. */
  readonly headers?: PublishedHeaders | undefined;
  /** Of one that an inbox received: the headers that are kept with it. */
  readonly received?: ReceivedHeaders | undefined;
  /** Where its publishing is traced; otherwise its place in a trace is what `headers` say. */
  readonly trace?: PublishTrace | undefined;
}

/** Where the publishing of an event is traced. */
export interface PublishTrace {
  /** As `traceContextOf` returns it. */
  readonly context: string;
  /** No other event was published with it: requests that are sent at once belong to the same trace. */
  readonly ofOne: boolean;
}

/** Identifies a repeated publish for 24 hours (docs/publishing.md), of an inbox for 7 days. */
export interface Idempotency {
  /**
   * `key:` and the header's value, `event:` and the event's own id, `inbox:` and what a sender gave, or `alert:` and
   * the message of an alert.
   */
  readonly key: string;
  /** SHA-256 of the posted bytes. */
  readonly fingerprint: Uint8Array;
  /** Of an inbox, kept beside the answer: the webhook that sent it, by the id that its sender gave. */
  readonly received?: { readonly webhookId: string | undefined };
}

/** An event with its idempotency key. */
export interface Publication {
  readonly event: NewEvent;
  readonly idempotency: Idempotency | undefined;
}

/** The answer to a publisher, with the field names of the API. */
export interface Accepted {
  readonly event: { readonly id: string };
  readonly invocations: readonly { readonly id: string; readonly webhook_id: string }[];
  /** How many there are, where `invocations` is empty because they are too many for an answer. */
  readonly invocations_count?: number;
  readonly skipped: readonly { readonly webhook_id: string; readonly reason: string }[];
  /** As `invocations_count`. */
  readonly skipped_count?: number;
}

/** A direct invocation: what is sent to which webhook. */
export interface DirectInvocation {
  readonly webhook: Webhook;
  readonly body: string;
  /** The headers of the request that asked for it. */
  readonly headers?: PublishedHeaders | undefined;
  /** As of an event. */
  readonly trace?: PublishTrace | undefined;
  /** An event of ours, whose body is complete; by default an event of the webhook's subscription. */
  readonly event?: { readonly id: string; readonly type: string } | undefined;
  readonly idempotency?: Idempotency | undefined;
}

/**
 * Accepts events. An event goes to the webhooks that match it by what was committed when it is
 * written, whether or not this node has heard of the last change. Every promise resolves after the commit, or rejects with `IdempotencyConflict`
 * (the key was used with another body) or `Unavailable` (no database, too many events waiting, or
 * the node is stopping).
 */
export interface Acceptor {
  /** Makes the id of an event of a type, where it decides which machine of a Citus cluster writes it. */
  eventId?(accountId: number, type: string): string;
  publish(
    accountId: number,
    event: NewEvent,
    idempotency: Idempotency | undefined,
  ): Promise<Accepted>;
  /**
   * Publishes many events. Never rejects: resolves to what `publish` would have resolved to or
   * rejected with for each event, in order.
   */
  publishAll(
    accountId: number,
    publications: readonly Publication[],
  ): Promise<readonly (Accepted | Error)[]>;
  /**
   * Invokes one webhook, which must be active, whatever it is subscribed to. Resolves to the id of the
   * invocation, of the first one where an idempotency key comes again. `prepare` is called again when
   * the webhook may have changed since; the promise rejects with what it throws.
   */
  invoke(prepare: () => DirectInvocation): Promise<string>;
}
