import { STATUS_CODES } from 'node:http';
import type { ApiError, FieldError } from './api-error.ts';
import { ERRORS } from './errors.ts';

/** The body of every answer that is not a success (contract §4). */
export interface ErrorBody {
  readonly error: { readonly code: string; readonly title: string; readonly message: string };
  readonly errors: readonly FieldError[];
}

/** What an error looks like on the wire. */
export function errorBody(error: Pick<ApiError, 'code' | 'message' | 'errors'>): ErrorBody {
  return {
    error: {
      code: error.code,
      title: STATUS_CODES[ERRORS[error.code]] ?? 'Error',
      message: error.message,
    },
    errors: error.errors,
  };
}
