import { APIError } from './api-error.ts';

/** 409: it conflicts with the current state, or with an earlier use of the idempotency key. */
export class ConflictError extends APIError {
  override name = 'ConflictError';
}
