/** How far somebody has come with the deltas of one writer. */
export interface WriterPlace {
  /** All numbers below this one were read, but for the missing ones. */
  readonly next: number;
  /** Numbers that may still appear, and when that became known (milliseconds since 1970). */
  readonly missing: ReadonlyMap<number, number>;
  /** When the latest delta that was read was made. */
  readonly latestMs: number;
}

/** How far somebody has come with the deltas of all writers. It never changes. */
export interface FeedPlace {
  /** Everything made much before this was read, if it was written in time. */
  readonly atMs: number;
  readonly writers: ReadonlyMap<string, WriterPlace>;
}
