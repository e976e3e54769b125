/** What happened to an invocation apart from attempts, as its history keeps it. */
export interface HistoryEntry {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly what: 'circuit broken' | 'throttled' | 'replayed';
  readonly why: string;
}

/** An entry of the history, as it is stored. */
export function historyEntry(nowMs: number, what: HistoryEntry['what'], why: string): string {
  const entry: HistoryEntry = { at: new Date(nowMs).toISOString(), what, why };
  return JSON.stringify(entry);
}
