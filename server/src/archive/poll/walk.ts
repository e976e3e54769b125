/**
 * A walk through the log of a webhook, newest row first. It is stored with the rows of each page, so that
 * another node goes on from there.
 */
export interface Walk {
  /** The cursor of the next page; null: it has not begun, and does so at the newest row. */
  readonly after: string | null;
  /** The clock of the service at the first page. */
  readonly startedMs: number;
  /** And at the latest one. */
  readonly readMs: number;
  /** The latest time that it may have been there then; absent of walks of earlier versions. */
  readonly latestMs?: number;
  /** The newest and the oldest row that it has seen. */
  readonly newestMs: number | null;
  readonly oldestMs: number | null;
  /** The newest row that was known when it began: what is older and new to us was listed late. */
  readonly expectedMs: number | null;
  /** Whether a row was met that was known when it began, or an invocation that was. */
  readonly metKnown: boolean;
  /** Pages in which there was nothing new. */
  readonly knownPages: number;
  readonly newRows: number;
  /** The walk before it did not meet a row that the log must still show: this one confirms that. */
  readonly suspected: boolean;
}

/** A row of a page. */
export interface PageRow {
  readonly completedMs: number;
  /** Whether it is archived already. */
  readonly known: boolean;
  /** When the first archived outcome of its invocation finished; absent where none is archived, or nobody looked. */
  readonly knownSinceMs?: number | undefined;
}

/** A page of the log. */
export interface LogPage {
  /** In the order of the service. Rows without an end are left out. */
  readonly rows: readonly PageRow[];
  /** The cursor of the next one; undefined at the end of the log. */
  readonly after: string | undefined;
  /** The clock of the service. */
  readonly remoteMs: number;
  /** And the latest time that it may be there. */
  readonly latestMs: number;
}

const STALE_MS = 10 * 60_000;

/** Whether a walk was interrupted for so long that it begins again: what it passed is known, and the rest is newer. */
export function isStale({ after, readMs }: Walk, remoteMs: number): boolean {
  // One that confirms a suspicion has not begun.
  return after !== null && Math.abs(remoteMs - readMs) > STALE_MS;
}
