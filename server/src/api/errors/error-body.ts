import { STATUS_CODES } from 'node:http';
import type { ApiError } from './api-error.ts';
import { cut } from './cut.ts';
import { type ErrorItem, errorItems } from './error-items.ts';
import type { ErrorStatus } from './errors.ts';

/** The body of every error answer (spec/contract.md, "Errors"). */
export interface ErrorBody {
  readonly error: { readonly code: string; readonly title: string; readonly message: string };
  readonly errors: readonly ErrorItem[];
}

/** A message that quotes several names and values; a safety net, since each quote is cut. */
const MAX_MESSAGE = 1_000;

/** Builds the body of an error answer with this status. */
export function errorBody(
  error: Pick<ApiError, 'code' | 'message' | 'errors' | 'field'>,
  status: ErrorStatus,
): ErrorBody {
  const title = STATUS_CODES[status] ?? 'Error';
  return {
    error: { code: error.code, title, message: cut(error.message, MAX_MESSAGE) },
    errors: errorItems(error, title),
  };
}
