import type { ApiError } from './api-error.ts';
import type { FieldCode } from './field-codes.ts';
import { validationError } from './validation-error.ts';

/** The error for a body that cannot be parsed: not JSON, not UTF-8, nested too deep, or missing. */
export function malformedBody(message: string, code: FieldCode = 'malformed'): ApiError {
  return validationError('MalformedBody', [{ field: 'body', code, message }]);
}
