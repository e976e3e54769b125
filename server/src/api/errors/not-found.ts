import { ApiError } from './api-error.ts';

/** Longer than any id; keeps a garbage id from filling the message. */
const MAX_SHOWN = 60;

/**
 * The error for an id that the caller's account does not have. An id of another account gets the same
 * answer, so nobody learns which ids exist.
 */
export function notFound(
  resource: 'account' | 'invocation' | 'token' | 'webhook',
  id: string | number,
): ApiError {
  const shown = String(id).slice(0, MAX_SHOWN);
  const of = resource === 'invocation' ? ' of this webhook' : '';
  return new ApiError('RecordNotFound', `there is no ${resource} ${shown}${of}`);
}
