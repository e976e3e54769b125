import { APIError } from './api-error.ts';

/** 403: the credentials do not permit this operation. */
export class ForbiddenError extends APIError {
  override name = 'ForbiddenError';
}
