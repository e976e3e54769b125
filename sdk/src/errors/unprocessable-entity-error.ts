import { APIError } from './api-error.ts';

/** 422: well-formed JSON that is not a valid webhook, event or payload. */
export class UnprocessableEntityError extends APIError {
  override name = 'UnprocessableEntityError';
}
