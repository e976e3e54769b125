import type { ListedInvocation, ListedWebhook } from './listed-invocation.ts';

/** What each event of the feed has. */
export interface FeedPlace {
  /** The place after this event: for 24 hours, `feed({ lastEventId })` goes on from there. */
  readonly id: string;
}

/** What each event has that is about the trail. */
export interface FeedChange extends FeedPlace {
  /** When the transaction began that changed the trail. */
  readonly at: Date;
}

/** An event, as the feed shows it when no webhook got it. */
export interface FeedPublished {
  /** The id that `publish` returned; absent when the event is too long to read or not kept. */
  id?: string;
  /** The type. */
  type: string;
  /** The subject; absent when it has none, or where `id` is. */
  subject?: string;
  /** When it was accepted. */
  createdAt: Date;
}

/** An event was accepted: one of these for each of its invocations, or one if it has none. */
export interface FeedAccepted extends FeedChange {
  /** Discriminates. */
  readonly type: 'accepted';
  /** The invocation. */
  readonly invocation?: ListedInvocation;
  /** The event, where no webhook got it. */
  readonly event?: FeedPublished;
}

/** A request was made (`attempted`), or the invocation became final (`settled`). */
export interface FeedProgress extends FeedChange {
  /** Discriminates. */
  readonly type: 'attempted' | 'settled';
  /** The invocation as that attempt, or the end, left it. */
  readonly invocation: ListedInvocation;
}

/** An invocation or all of a webhook is held back, or no longer. */
export interface FeedHold extends FeedChange {
  /** Discriminates. */
  readonly type: 'held' | 'released';
  /** The invocation that a breaker or a rate limit holds back. */
  readonly invocation?: ListedInvocation;
  /** The webhook whose breaker opened or closed, or that was paused, deactivated or resumed. */
  readonly webhook?: ListedWebhook;
  /** Why: a reason of the query language. */
  readonly reasonCode?: string;
  /** The reason in words. */
  readonly reason?: string;
}

/** The reader was too slow: events are missing here. */
export interface FeedSkipped extends FeedPlace {
  /** Discriminates. */
  readonly type: 'skipped';
  /** How many events of the query were skipped. */
  readonly count: number;
}

/** The feed goes on later than where the reader had come to: its place was older than a day. */
export interface FeedGap extends FeedPlace {
  /** Discriminates. */
  readonly type: 'gap';
  /** The beginning of what is missing. */
  readonly from: Date;
  /** Where the feed goes on. */
  readonly to: Date;
}

/** What the feed yields. */
export type FeedEvent = FeedAccepted | FeedProgress | FeedHold | FeedSkipped | FeedGap;
