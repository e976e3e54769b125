import type { Webhook } from '../model/webhook.ts';

/** An event that is complete and checked, ready to be written. */
export interface NewEvent {
  /** The event's own id: the publisher's, or one made for it. */
  readonly id: string;
  readonly type: string;
  /** The bytes that receivers get, as text. */
  readonly body: string;
}

/** What makes a second publishing of the same event known (issue: 24 hours). */
export interface Idempotency {
  /** `key:` and the header's value, or `event:` and the event's own id. */
  readonly key: string;
  /** SHA-256 of what was published, as it came. */
  readonly fingerprint: Uint8Array;
}

/** An event with what makes it known. */
export interface Publication {
  readonly event: NewEvent;
  readonly idempotency: Idempotency | undefined;
}

/** The answer to a publisher, in the words of the wire. */
export interface Accepted {
  readonly event: { readonly id: string };
  readonly invocations: readonly { readonly id: string; readonly webhook_id: string }[];
  readonly skipped: readonly { readonly webhook_id: string; readonly reason: string }[];
}

/**
 * Takes events in. Every promise resolves after the commit, or rejects with `IdempotencyConflict`
 * (the key was used with another body) or with `Unavailable` (the database is away, the node drains).
 */
export interface Acceptor {
  publish(
    accountId: number,
    event: NewEvent,
    idempotency: Idempotency | undefined,
  ): Promise<Accepted>;
  /**
   * Takes in many at once. Never rejects: for each, in order, what `publish` would have resolved to or
   * rejected with.
   */
  publishAll(
    accountId: number,
    publications: readonly Publication[],
  ): Promise<readonly (Accepted | Error)[]>;
  /** Invokes one `conditional_ticket_events` webhook; `body` is what is sent. Resolves to the invocation's id. */
  invoke(webhook: Webhook, body: string): Promise<string>;
}
