import { ApiError } from './api-error.ts';

/** Longer than any id. */
const MAX_SHOWN = 60;

/**
 * The error for a record that does not exist or belongs to another account. The answer is the same,
 * so it does not reveal which ids exist.
 */
export function notFound(
  resource: 'account' | 'attempt' | 'invocation' | 'token' | 'webhook',
  id: string | number,
): ApiError {
  const shown = String(id).slice(0, MAX_SHOWN);
  const of =
    resource === 'invocation'
      ? ' of this webhook'
      : resource === 'attempt'
        ? ' of this invocation'
        : '';
  return new ApiError('RecordNotFound', `there is no ${resource} ${shown}${of}`);
}
