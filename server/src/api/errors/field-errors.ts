import type { FieldError } from './api-error.ts';
import type { FieldCode } from './field-codes.ts';
import { validationError } from './validation-error.ts';

/** Longer lists do not help the caller. */
const MAX_ERRORS = 20;

/** Collects the errors of a body, so that one answer reports them all. */
export class FieldErrors {
  readonly #errors: FieldError[] = [];

  /** `rule` follows the field's name in the message: "must be ...". */
  add(field: string, code: FieldCode, rule: string): void {
    this.#errors.push({ field, code, message: `${field} ${rule}` });
  }

  /** @throws ApiError `InvalidBody` with the first 20 errors, if there are any. */
  throwIfAny(): void {
    if (this.#errors.length > 0)
      throw validationError('InvalidBody', this.#errors.slice(0, MAX_ERRORS));
  }
}
