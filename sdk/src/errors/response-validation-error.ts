import { ResponseError } from './response-error.ts';

/**
 * The status is a success, but the body is not what the operation returns: a proxy's HTML, half a
 * document, another object. `cause` says what was wrong. Never retried.
 */
export class ResponseValidationError extends ResponseError {
  override name = 'ResponseValidationError';
}
