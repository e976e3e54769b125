import { APIError } from './api-error.ts';

/** 429: too many requests. `retryAfterMs` is the wait that the server asks for, if any. */
export class TooManyRequestsError extends APIError {
  override name = 'TooManyRequestsError';
}
