import type { ApiError } from './api-error.ts';
import type { FieldCode } from './field-codes.ts';
import { validationError } from './validation-error.ts';

/** The error for a body that is not JSON, or not as we take it. */
export function malformedBody(message: string, code: FieldCode = 'malformed'): ApiError {
  return validationError('MalformedBody', [{ field: 'body', code, message }]);
}
