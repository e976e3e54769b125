import type { Open } from './open.ts';

/** What a job has done so far. */
export interface JobCounts {
  /** What its query selected. */
  selected: number;
  /** The query selects more than `max`. */
  more: boolean;
  /** Left out of the selection because it was delivered. */
  alreadyDelivered: number;
  /** Sent or skipped. */
  position: number;
  /** Attempts that were made, or are due. */
  sent: number;
  /** Attempts that succeeded. */
  succeeded: number;
  /** Attempts that failed. */
  failed: number;
  /** Sent, without an outcome yet. */
  inFlight: number;
  /** Selected, and not sent yet. */
  waiting: number;
  /** Not sent. */
  skipped: number;
  /** Not sent, by reason. */
  skippedByReason: Record<string, number>;
}

/** A state of a job. */
export type JobState = Open<
  'waiting' | 'selecting' | 'running' | 'paused' | 'stopped' | 'cancelled' | 'done'
>;

/** A job. */
export interface Job {
  /** A ULID. */
  id: string;
  /** What it does. */
  kind: Open<'replay'>;
  /** Where it is. */
  state: JobState;
  /** Why it stopped itself, or `line`: others of the account are at work. */
  reasonCode?: Open<'canary' | 'stop_on' | 'error' | 'line'>;
  /** The same in words. */
  stateReason?: string;
  /** As it was given when it was created. */
  reason?: string;
  /** The id of a token. */
  requestedBy: string;
  /** When it was created. */
  createdAt: Date;
  /** When a node took it up. */
  startedAt?: Date;
  /** When it was done or cancelled. */
  endedAt?: Date;
  /** While it runs: at its rate, if nothing is held back. */
  expectedEndAt?: Date;
  /** The frozen query, in its JSON form. */
  query: unknown[];
  /** Of each webhook, by creation. */
  order: Open<'oldest' | 'newest'>;
  /** Attempts a second of each webhook. */
  rate: number;
  /** It selects no more than this. */
  max: number;
  /** The webhook that it sends to instead. */
  targetWebhookId?: string;
  /** Whether it sends also what was delivered. */
  includeSucceeded: boolean;
  /** What it has done. */
  counts: JobCounts;
}

/** What a job would do. */
export interface JobEstimate {
  /** Whether everything was counted; otherwise the counts are scaled. */
  exact: boolean;
  /** How many were counted. */
  counted: number;
  /** How many it would select. */
  invocations: number;
  /** The same, by status. */
  byStatus: Record<string, number>;
  /** How many webhooks they are of. */
  webhooksCount: number;
  /** Left out because they were delivered. */
  alreadyDelivered: number;
  /** Would be skipped: their events are no longer kept. */
  bodiesGone: number;
  /** Would be skipped: they are archived from elsewhere. */
  archived: number;
  /** At this rate, in seconds, if nothing is held back. */
  expectedDurationS: number;
}

/** What a job did not send. */
export interface SkippedItem {
  /** The invocation. */
  id: string;
  /** The webhook. */
  webhookId: string;
  /** Why. */
  reason: string;
}

/** A job to create. */
export interface JobInput {
  /** What to send again: a query as text, or its terms. */
  readonly query?: string | readonly unknown[];
  /** Demanded by a query without a term. */
  readonly all?: boolean;
  /** Of each webhook, by creation; `oldest` by default. */
  readonly order?: 'oldest' | 'newest';
  /** Attempts a second of each webhook; 20 by default. */
  readonly rate?: number;
  /** Selects no more than this. */
  readonly max?: number;
  /** Sends this many first, and stops below this share of successes. */
  readonly canary?: { readonly count: number; readonly successShare: number };
  /** Stops once this share of the last attempts failed. */
  readonly stopOn?: { readonly failureShare: number; readonly ofLast: number };
  /** Sends to this webhook instead. */
  readonly targetWebhookId?: string;
  /** Sends also what was delivered. */
  readonly includeSucceeded?: boolean;
  /** Why, for people and the audit. */
  readonly reason?: string;
}
