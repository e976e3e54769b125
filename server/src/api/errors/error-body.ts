import { STATUS_CODES } from 'node:http';
import type { ApiError, FieldError } from './api-error.ts';
import { ERRORS } from './errors.ts';

/** The body of every error answer (spec/contract.md, "Errors"). */
export interface ErrorBody {
  readonly error: { readonly code: string; readonly title: string; readonly message: string };
  readonly errors: readonly FieldError[];
}

/** Builds the body of an error answer. */
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
