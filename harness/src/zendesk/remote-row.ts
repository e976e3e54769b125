/** A row of the log of a webhook: a finished attempt, or why there was none. */
export interface RemoteRow {
  /** Of the invocation; repeated on each of its rows. Usually a ULID. */
  readonly id: string;
  readonly status: string;
  /** Absent without an answer. */
  readonly statusCode?: number;
  /** A whole second: the service shows no more. */
  readonly completedAtMs: number;
  /** From when on the list has it; seconds after it completed, or much later. */
  readonly listedAtMs: number;
  /** From when on nobody can read it: seven days old, erased, or its webhook was deleted. */
  readonly unreadableFromMs: number;
  /** False for what was throttled or stopped by the breaker: its attempt has no request. */
  readonly sent: boolean;
}

/** A row as a test scripts it. */
export type ScriptedRow = Pick<RemoteRow, 'id' | 'status'> &
  Partial<Omit<RemoteRow, 'id' | 'status'>>;

/** The service lists what finished in the last seven days. */
export const HORIZON_MS = 7 * 24 * 60 * 60_000;
