import type { Open } from './open.ts';
import type { AttemptTrigger, ErrorClass, ReasonCode } from './recorded-values.ts';
import type { WebhookInvocation } from './webhook-invocation.ts';

/** An invocation with the reason for its state. */
export interface InvocationDetails extends WebhookInvocation {
  /** The event that it delivers, by the id that `publish` returned; absent once it is not kept. */
  eventId?: string;
  /** The source that it is archived from, as `origin:` finds it; absent: it is ours. */
  origin?: string;
  /** Why it waits, or why it ended; absent before anything happened, and after a success. */
  reasonCode?: Open<ReasonCode>;
  /** How long the latest attempt took, in milliseconds; absent without one. */
  durationMs?: number;
  /** The class with which the `errorMessage` of the latest attempt begins; absent without an error. */
  errorClass?: Open<ErrorClass>;
  /** What caused the latest attempt; absent without one. */
  trigger?: Open<AttemptTrigger>;
  /**
   * How often a node stopped, or lost the database, before it recorded an outcome; absent if never.
   * Whether it had sent the request is unknown.
   */
  lostLeases?: number;
  /** The reason for its state, in words. */
  explanation: string;
  /** Its history, oldest first. */
  timeline: TimelineEntry[];
}

/** One step in the history of an invocation. */
export interface TimelineEntry {
  /** When it happened. */
  at: Date;
  /** What happened. */
  what: Open<
    | 'accepted'
    | 'throttled'
    | 'circuit broken'
    | 'replayed'
    | 'lease lost'
    | 'attempted'
    | 'recorded'
    | 'ended'
    | 'archived'
  >;
  /** Details, with times and limits. */
  message: string;
  /** The attempt it belongs to. */
  attemptId?: string;
  /** The method of that attempt. */
  method?: string;
  /** The URL of that attempt, a key in the query masked. */
  url?: string;
}
