/** An event in the life of an invocation other than an attempt. */
export interface HistoryEntry {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly what: 'circuit broken' | 'throttled' | 'replayed' | 'lease lost' | 'ended';
  readonly why: string;
}

/** Serialises an entry for the `history` column. */
export function historyEntry(nowMs: number, what: HistoryEntry['what'], why: string): string {
  const entry: HistoryEntry = { at: new Date(nowMs).toISOString(), what, why };
  return JSON.stringify(entry);
}
