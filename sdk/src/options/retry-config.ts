/** Delays between the tries of one call. All times are in milliseconds. */
export interface BackoffStrategy {
  /** The longest first delay; default 500. */
  readonly initialInterval?: number | undefined;
  /** The longest delay, unless `Retry-After` asks for more; default 60,000. */
  readonly maxInterval?: number | undefined;
  /** Each delay is this many times the one before; default 1.5. */
  readonly exponent?: number | undefined;
  /**
   * The budget of the whole call, tries and delays together; default 60,000. A delay that exceeds
   * the rest of the budget does not start: the call fails immediately.
   */
  readonly maxElapsedTime?: number | undefined;
}

/**
 * Whether and how a call is retried.
 *
 * The client retries 429 and 503 for every method, and 500, 502, 504, timeouts and broken
 * connections for every method except POST, because a POST may have taken effect before it failed.
 * The delay before try n + 1 is between half and all of
 * `min(maxInterval, initialInterval * exponent ** (n - 1))`, and never less than `Retry-After`.
 */
export interface RetryConfig {
  /** `'none'` never retries; default `'backoff'`. */
  readonly strategy?: 'backoff' | 'none' | undefined;
  /** The delays. */
  readonly backoff?: BackoffStrategy | undefined;
  /** Whether timeouts and broken connections are retried at all; default `true`. */
  readonly retryConnectionErrors?: boolean | undefined;
}
