import { APIError } from './api-error.ts';

/** 400: a parameter or the body is malformed, or two parameters contradict each other. */
export class BadRequestError extends APIError {
  override name = 'BadRequestError';
}
