import { ResponseError } from './response-error.ts';

/**
 * The status is not a success. Each status that the API documents has a subclass, and all of 5xx
 * share `ServerError`; any other status, redirects included, is a plain `APIError`.
 */
export class APIError extends ResponseError {
  override name = 'APIError';
}
