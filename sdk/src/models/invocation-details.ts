import type { Open } from './open.ts';
import type { AttemptTrigger, ErrorClass, ReasonCode } from './recorded-values.ts';
import type { WebhookInvocation } from './webhook-invocation.ts';

/** An invocation with the reason for its state. */
export interface InvocationDetails extends WebhookInvocation {
  /** The event that it delivers, by the id that `publish` returned; absent once it is not kept. */
  eventId?: string;
  /** The source that it is archived from, as `origin:` finds it; absent: it is ours. */
  origin?: string;
  /** Whether an attempt is due, is being made, or none will come; absent from earlier versions. */
  state?: Open<'waiting' | 'in flight' | 'final'>;
  /** Why it waits, or why it ended; absent before anything happened, and after a success. */
  reasonCode?: Open<ReasonCode>;
  /** How long the latest attempt took, in milliseconds; absent without one. */
  durationMs?: number;
  /** The class with which the `errorMessage` of the latest attempt begins; absent without an error. */
  errorClass?: Open<ErrorClass>;
  /** What caused the latest attempt; absent without one. */
  trigger?: Open<AttemptTrigger>;
  /** When all that was sent and answered of it was erased; absent where it is kept. */
  erasedAt?: Date;
  /**
   * How often a node stopped, or lost the database, before it recorded an outcome; absent if never.
   * Whether it had sent the request is unknown.
   */
  lostLeases?: number;
  /** The job that was the last one to send it again. */
  jobId?: string;
  /** Of an archived one: how often it was sent again; absent if never. */
  resendsCount?: number;
  /** The invocation that a job copied to this webhook. */
  copiedFrom?: LinkedInvocation;
  /** The last copy of it that a job made at another webhook. */
  copiedTo?: LinkedInvocation;
  /** The reason for its state, in words. */
  explanation: string;
  /** Its history, oldest first. */
  timeline: TimelineEntry[];
}

/** An invocation of another webhook with the same event. */
export interface LinkedInvocation {
  /** Its webhook. */
  webhookId: string;
  /** A ULID. */
  id: string;
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
    | 'resent'
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
