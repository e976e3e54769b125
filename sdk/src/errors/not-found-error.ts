import { APIError } from './api-error.ts';

/** 404: it does not exist, or it belongs to another account. */
export class NotFoundError extends APIError {
  override name = 'NotFoundError';
}
