import { APIError } from '../errors/api-error.ts';
import { ConnectionError } from '../errors/connection-error.ts';
import type { RetryConfig } from '../options/retry-config.ts';

/** The server did nothing: repeating any request is safe. */
const NOT_DONE: readonly number[] = [429, 503];

/** The server may have carried out the request before it failed. */
const MAYBE_DONE: readonly number[] = [500, 502, 504];

/**
 * How long to wait before the next try, in milliseconds; `undefined` when the call ends here.
 *
 * @param attempt - The number of the failed try, from 1.
 * @param elapsedMs - How long the call has taken so far.
 * @param idempotent - Whether repeating a request that already took effect is harmless.
 */
export const retryDelay = (
  error: unknown,
  attempt: number,
  elapsedMs: number,
  idempotent: boolean,
  { strategy, backoff = {}, retryConnectionErrors = true }: RetryConfig = {},
): number | undefined => {
  const {
    initialInterval = 500,
    maxInterval = 60_000,
    exponent = 1.5,
    maxElapsedTime = 60_000,
  } = backoff;
  const { statusCode = 0, retryAfterMs = 0 } = error instanceof APIError ? error : {};
  const maybeDone =
    MAYBE_DONE.includes(statusCode) || (retryConnectionErrors && error instanceof ConnectionError);
  const retried = NOT_DONE.includes(statusCode) || (idempotent && maybeDone);
  if (strategy === 'none' || !retried) return undefined;

  const longestMs = Math.min(maxInterval, initialInterval * exponent ** (attempt - 1));
  // At least half of it: delays near zero would use up the tries while the outage lasts.
  const jitteredMs = (longestMs * (1 + Math.random())) / 2;
  const delayMs = Math.max(jitteredMs, retryAfterMs);
  // Compared in this direction so that a budget of NaN ends the call instead of the waiting.
  return elapsedMs + delayMs <= maxElapsedTime ? delayMs : undefined;
};
