import { ApiError, type FieldError } from './api-error.ts';
import type { ErrorCode } from './errors.ts';

/** The error for one or more rejected fields; its message is that of the first. */
export function validationError(code: ErrorCode, errors: readonly FieldError[]): ApiError {
  const others = errors.length - 1;
  const more = others > 0 ? ` (and ${others} more)` : '';
  return new ApiError(code, `${errors[0]?.message ?? 'the request is not valid'}${more}`, {
    errors,
  });
}
