import type { ListedWebhook } from './listed-invocation.ts';
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

/** A webhook that holds back what a job has left for it. */
export interface JobHold {
  /** Its name is absent once it was deleted. */
  webhook: Omit<ListedWebhook, 'name'> & { name?: string };
  /** What holds it back. */
  for: Open<'breaker' | 'paused' | 'suspended' | 'inactive'>;
}

/** What jobs of all kinds have. */
interface AnyJob {
  /** A ULID. */
  id: string;
  /** Where it is. */
  state: JobState;
  /** Why it stopped itself, or what it waits for: `line`, others of the account; `store`, that of exports. */
  reasonCode?: Open<'canary' | 'stop_on' | 'error' | 'line' | 'folder' | 'store' | 'limit'>;
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
}

/** A job that sends again what its query selects. */
export interface ReplayJob extends AnyJob {
  /** What it sends: invocations of ours, or `resend`, archived ones. */
  kind: 'replay' | 'resend';
  /** Of each webhook, by creation. */
  order: Open<'oldest' | 'newest'>;
  /** Attempts a second of each webhook. */
  rate: number;
  /** It selects no more than this. */
  max: number;
  /** How many it sends first, and below which share of successes it stops; whether they have passed. */
  canary?: { count: number; successShare: number; passed: boolean };
  /** It stops once this share of the last attempts failed. */
  stopOn?: { failureShare: number; ofLast: number };
  /** The webhook that it sends to instead. */
  targetWebhookId?: string;
  /** Whether it sends also what was delivered. */
  includeSucceeded: boolean;
  /** What it has done. */
  counts: JobCounts;
  /** Webhooks that hold back what is left: the first 100. Absent in lists. */
  waitsFor?: JobHold[];
}

/** A job that writes what its query selects to files. */
export interface ExportJob extends AnyJob {
  /** What it does. */
  kind: 'export';
  /** What its rows are. */
  of: Open<'invocations' | 'attempts' | 'events'>;
  /** Of its files. */
  format: Open<'ndjson' | 'csv'>;
  /** Whether rows have the bodies of requests, answers and events. */
  bodies: boolean;
  /** Secrets are masked as for this role. */
  role: Open<'admin' | 'read'>;
  /** What it has written. */
  counts: { rows: number; bytes: number };
  /** How much of the time from its first row to its creation it has read: 0 to 1. */
  share: number;
  /** It has all rows up to here. */
  reached?: Date;
  /** Its files, until when they are kept once it has ended, and whether they are deleted. */
  files: { count: number; keptUntil?: Date; deleted?: boolean };
}

/** A job that takes bodies, headers and texts out of what its query selects, and keeps the rest. */
export interface EraseJob extends AnyJob {
  /** What it does. */
  kind: 'erase';
  /** What it has done. */
  counts: {
    /** Events, and invocations whose event is unknown or no longer kept. */
    selected: number;
    /** The query selects more than one job erases. */
    more: boolean;
    /** Erased or skipped. */
    position: number;
    /** Of the selected. */
    erased: number;
    /** Of the erased events, of all webhooks. */
    invocations: number;
    /** Of these invocations. */
    attempts: number;
    /** Selected, and not looked at yet. */
    waiting: number;
    /** Not erased. */
    skipped: number;
    /** Not erased, by reason. */
    skippedByReason: Record<string, number>;
  };
}

/** A replay that was just created. */
export interface CreatedReplay extends ReplayJob {
  /** What it is about to do. */
  estimate: JobEstimate;
}

/** An export that was just created. */
export interface CreatedExport extends ExportJob {
  /** What it is about to have. */
  estimate: ExportEstimate;
}

/** An erasure that was just created. */
export interface CreatedErasure extends EraseJob {
  /** What it is about to do. */
  estimate: EraseEstimate;
}

/** A job that was just created. */
export type CreatedJob = CreatedReplay | CreatedExport | CreatedErasure;

/** A job; `kind` says which. */
export type Job = ReplayJob | ExportJob | EraseJob;

/** A file of an export. */
export interface JobFile {
  /** The same as `number`. */
  id: number;
  /** From 1. */
  number: number;
  /** Its name in the folder of the export. */
  name: string;
  /** Of the creation of its rows, in UTC: YYYY-MM-DD. */
  day: string;
  /** Only complete files can be downloaded. */
  state: Open<'writing' | 'complete'>;
  /** How many rows it has. */
  rows: number;
  /** How long it is. */
  bytes: number;
  /** In hexadecimal digits, once it is complete. */
  sha256?: string;
  /** Where it is, once it is complete. */
  url?: string;
}

/** What an export would have of one webhook. */
export interface ExportedWebhook {
  /** The webhook. */
  webhook: ListedWebhook & { origin?: string };
  /** How many of its invocations. */
  invocations: number;
  /** The same, by status. */
  byStatus: Record<string, number>;
}

/** What an export would have. */
export interface ExportEstimate {
  /** Whether everything was counted; otherwise the counts are scaled. */
  exact: boolean;
  /** How many invocations or events were counted. */
  counted: number;
  /** How many rows it would have. */
  rows: number;
  /** The first 100 webhooks with the most invocations. Absent of events. */
  webhooks?: ExportedWebhook[];
  /** How many webhooks they are of. Absent of events. */
  webhooksCount?: number;
}

/** An export whose files are kept. */
export interface KeptExport {
  /** The job. */
  id: string;
  /** How many files it has. */
  files: number;
  /** Until when they are kept; absent while it is at work. */
  keptUntil?: Date;
}

/** What an erasure would do. */
export interface EraseEstimate {
  /** Whether everything was counted; otherwise the counts are of what was read. */
  exact: boolean;
  /** Events that would be erased. */
  events: number;
  /** Of what would be erased: archived from elsewhere. */
  archived: number;
  /** Of these events, of all webhooks. */
  invocations: number;
  /** Would not be erased. */
  skipped: number;
  /** The same, by reason. */
  skippedByReason: Record<string, number>;
  /** Exports of the account whose files are kept, the first 100: they are not touched. */
  exports: KeptExport[];
}

/** What a job would send of one webhook. */
export interface EstimatedWebhook {
  /** The webhook. */
  webhook: ListedWebhook;
  /** How many of its invocations. */
  invocations: number;
  /** The same, by status. */
  byStatus: Record<string, number>;
  /** What would hold it back now, or skip it. */
  heldBy?: Open<'paused' | 'suspended' | 'breaker' | 'inactive' | 'deleted'>;
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
  /** The same, by webhook: the first 100 with the most. */
  webhooks: EstimatedWebhook[];
  /** How many webhooks they are of. */
  webhooksCount: number;
  /** Left out because they were delivered. */
  alreadyDelivered: number;
  /** Would be skipped: their events are no longer kept. */
  bodiesGone: number;
  /** Would be skipped: they are archived from elsewhere. */
  archived: number;
  /** Of a resend: what would be skipped, by reason. */
  skippedByReason?: Record<string, number>;
  /** At this rate, in seconds, if nothing is held back. */
  expectedDurationS: number;
}

/** What a job did not send or erase. */
export interface SkippedItem {
  /** The invocation; of what was not erased, the event. */
  id: string;
  /** The webhook; absent of an event. */
  webhookId?: string;
  /** When the invocation, or the event, was created. */
  createdAt: Date;
  /** Why. */
  reason: string;
}

/** A replay or a resend to create. */
export interface JobInput {
  /** What it sends: invocations of ours, or `resend`, archived ones; `replay` by default. */
  readonly kind?: 'replay' | 'resend';
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

/** An export to create. */
export interface ExportInput {
  /** What it does. */
  readonly kind: 'export';
  /** What its rows are; `attempts` are those of the invocations that the query selects. */
  readonly of: 'invocations' | 'attempts' | 'events';
  /** `ndjson` by default. */
  readonly format?: 'ndjson' | 'csv';
  /** What to export: a query as text, or its terms. */
  readonly query?: string | readonly unknown[];
  /** Demanded by a query without a term. */
  readonly all?: boolean;
  /** Whether attempts or events have bodies; true by default. */
  readonly bodies?: boolean;
  /** Secrets are masked as for this role; `admin` by default. */
  readonly role?: 'admin' | 'read';
  /** Why, for people and the audit. */
  readonly reason?: string;
}

/** An erasure to create. */
export interface EraseInput {
  /** What it does. */
  readonly kind: 'erase';
  /** What to erase: a query as text, or its terms. */
  readonly query?: string | readonly unknown[];
  /** Demanded by a query without a term. */
  readonly all?: boolean;
  /** Why, for people and the audit; it is kept, so it should not quote what is erased. */
  readonly reason?: string;
}
