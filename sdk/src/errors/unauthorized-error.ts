import { APIError } from './api-error.ts';

/** 401: the credentials are missing or wrong. */
export class UnauthorizedError extends APIError {
  override name = 'UnauthorizedError';
}
