import { APIError } from './api-error.ts';

/** 413: the body is larger than the server accepts. */
export class PayloadTooLargeError extends APIError {
  override name = 'PayloadTooLargeError';
}
