/** A try that failed and will be followed by another. */
export interface RetryEvent {
  /** The number of the failed try, from 1. */
  readonly attempt: number;
  /** How long the client waits before the next try, in milliseconds. */
  readonly delayMs: number;
  /** Why the try failed: an `APIError`, a `ConnectionError` or a `TimeoutError`. */
  readonly cause: Error;
}
