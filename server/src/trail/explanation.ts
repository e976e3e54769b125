import type { HistoryEntry } from '../model/history-entry.ts';

/** Something that happened to an invocation. */
export interface TimelineEntry {
  readonly at: Date;
  readonly what:
    | 'accepted'
    | HistoryEntry['what']
    | 'attempted'
    | 'recorded'
    | 'archived'
    | 'resent';
  readonly message: string;
  /** Of entries about an attempt. */
  readonly attemptId: string | undefined;
  /** Of an attempt that was composed: what was sent where. */
  readonly request?: { readonly method: string; readonly url: string } | undefined;
}

/** The state of an invocation in words, and how it got there. */
export interface Explanation {
  readonly text: string;
  /** Oldest first. */
  readonly timeline: readonly TimelineEntry[];
}
