/** A span of a log that an archive says it could not read. */
export interface ArchivedGap {
  readonly fromMs: number;
  readonly toMs: number;
  readonly reason: string;
}

/** When a process dies, whether its last transaction was committed, and how long nobody polls then. */
export interface Kill {
  readonly commits: number;
  readonly committed: boolean;
  readonly downMs: number;
}

/** What polls a double, as a schedule drives it. */
export interface PolledArchive {
  /** Polls until the clock of the double is there, moving it. */
  pollUntil(atMs: number): Promise<void>;
  /** The process dies at a commit, after so many more; another one begins later. */
  killAt(kill: Kill): void;
  /** Whether all logs were read since the one time, and walked through since the other. */
  isCaughtUp(readSinceMs: number, walkedSinceMs: number): Promise<boolean>;
  /** Of a webhook by its remote id: `id status time` of each archived row. */
  rows(remoteId: string): Promise<string[]>;
  gaps(remoteId: string): Promise<ArchivedGap[]>;
}
