import { APIError, ConnectionError, TimeoutError } from '@hooktrail/sdk';
import { cleanText } from './clean-text.ts';
import { RemoteFailure } from './remote-failure.ts';

/** As much of what a service says as an answer of ours repeats. */
const MOST_SAID = 300;

/** What the failure of a request to a source means. The SDK has taken the credentials out of its message. */
export function whyFailed(error: unknown): RemoteFailure {
  const said = cleanText(error instanceof Error ? error.message : String(error), MOST_SAID);
  if (error instanceof APIError) {
    const { retryAfterMs, statusCode } = error;
    if (statusCode === 429) {
      return new RemoteFailure('throttled', 'the service answered 429 Too Many Requests', {
        retryAfterMs,
      });
    }
    if (statusCode === 401) {
      return new RemoteFailure('unauthorized', 'the service refused the credentials (401)');
    }
    if (statusCode === 403) {
      return new RemoteFailure(
        'forbidden',
        'the credentials may not read this (403): they need to be those of an administrator',
      );
    }
    if (statusCode === 404 || statusCode === 410) {
      return new RemoteFailure('not found', `the service answered ${statusCode}: ${said}`);
    }
    // Also 200 with a body that is no list.
    const code = statusCode >= 500 || statusCode === 408 ? 'unavailable' : 'unreadable';
    const isRefused = code === 'unreadable' && statusCode >= 400;
    return new RemoteFailure(code, said, { retryAfterMs, isRefused });
  }
  if (error instanceof TimeoutError) {
    return new RemoteFailure('unavailable', 'the service did not answer in time');
  }
  if (error instanceof ConnectionError) return new RemoteFailure('unavailable', said);
  return new RemoteFailure('unreadable', said);
}
