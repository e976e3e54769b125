import { APIError, ConnectionError } from '../errors.ts';
import type { RetryConfig } from '../options.ts';

/**
 * How long to wait before the next try, in milliseconds, or `undefined` when there is to be none.
 *
 * @param attempt - The number of the try that failed, from 1.
 * @param elapsedMs - How long the call has taken so far.
 * @param idempotent - Whether the request may have been carried out already without harm.
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
  const passes =
    [429, 503].includes(statusCode) ||
    (idempotent &&
      ([500, 502, 504].includes(statusCode) ||
        (retryConnectionErrors && error instanceof ConnectionError)));
  if (strategy === 'none' || !passes) return undefined;
  const longestMs = Math.min(maxInterval, initialInterval * exponent ** (attempt - 1));
  // Half of it at least: delays near zero would use up the tries while the trouble lasts.
  const delayMs = Math.max((longestMs * (1 + Math.random())) / 2, retryAfterMs);
  // Compared this way round so that a number that is none ends the tries, and not the delays.
  return elapsedMs + delayMs <= maxElapsedTime ? delayMs : undefined;
};
