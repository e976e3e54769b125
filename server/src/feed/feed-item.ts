import type { QueryFacts } from '../query/create-matcher.ts';
import type { TrailRow } from '../sql/read-created-invocations.ts';
import type { ListedEvent } from '../trail/event-facts.ts';
import type { ListedWebhook } from '../trail/select-webhooks.ts';
import type { FeedPlace } from './feed-place.ts';

/** What happens to events, invocations and webhooks. */
export type FeedKind = 'accepted' | 'attempted' | 'settled' | 'held' | 'released';

/** A delta of which the first `done` steps were told. */
export interface BegunDelta {
  readonly writer: string;
  readonly number: number;
  readonly done: number;
}

/** A delta, and the place before it. */
export interface FeedMark {
  readonly before: FeedPlace;
  /** Of these, after the place, a part was told before. */
  readonly begun: readonly BegunDelta[];
  readonly writer: string;
  readonly number: number;
}

/** An invocation as it was after what happened. */
export interface FedInvocation {
  readonly row: TrailRow;
  /** Whether the row's `due_at` is that of then. */
  readonly isDueKnown: boolean;
  readonly webhook: ListedWebhook;
  readonly event: ListedEvent | undefined;
}

/** An event that no webhook got. */
export interface FedEvent {
  readonly storedId: string;
  readonly type: string;
  readonly shown: ListedEvent | undefined;
}

/** A webhook that is held back as a whole, or no longer. */
export interface FedWebhook {
  readonly webhook: ListedWebhook;
  readonly reasonCode: string;
}

/** One thing that happened, as the feed tells it. */
export interface FeedItem {
  readonly kind: FeedKind;
  readonly accountId: number;
  readonly atMs: number;
  readonly facts: QueryFacts;
  /**
   * Its text without an id, once somebody made it. Copies of the item share the object: a `WeakMap` by item took
   * 10.2 instead of 7.7 µs of processor an item, most of it in the garbage collector.
   */
  readonly shown: { text: string | undefined };
  readonly mark: FeedMark;
  /** How many steps of its delta have been told after this one. */
  readonly done: number;
  readonly invocation?: FedInvocation;
  readonly event?: FedEvent;
  readonly webhook?: FedWebhook;
}
