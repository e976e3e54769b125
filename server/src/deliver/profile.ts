const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** A named set of delivery rules (contract §6). */
export interface Profile {
  /** For the whole request, from dialling to the last byte of the answer. */
  readonly timeLimitMs: number;
  /** The wait before each retry; when it is used up, the last outcome is final. */
  readonly scheduleMs: readonly number[];
  /** Each wait is shortened or lengthened by up to this share, so that retries do not come in step. */
  readonly jitter: number;
  /** The longest `Retry-After` that is honoured. */
  readonly maxRetryAfterMs: number;
  /** Requests that one webhook may have under way from one node. */
  readonly concurrency: number;
}

/** The default: retries everything but 410, for some two days. */
export const DURABLE: Profile = {
  timeLimitMs: 12 * SECOND,
  scheduleMs: [
    5 * SECOND,
    30 * SECOND,
    2 * MINUTE,
    10 * MINUTE,
    1 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    24 * HOUR,
  ],
  jitter: 0.2,
  maxRetryAfterMs: 1 * HOUR,
  concurrency: 64,
};
