import type { FieldError } from './api-error.ts';
import type { FieldCode } from './field-codes.ts';
import { validationError } from './validation-error.ts';

/** Longer lists do not help the caller. */
const MAX_ERRORS = 20;

/** Collects the errors of a body, so that one answer reports them all. */
export class FieldErrors {
  readonly #errors: FieldError[] = [];

  /**
   * `rule` follows the field's name in the message: "must be ...". `path` are the keys to a field
   * whose name does not say them.
   */
  add(field: string, code: FieldCode, rule: string, path?: readonly string[]): void {
    // 1 MiB can hold a hundred thousand bad fields: the rest is not kept.
    if (this.#errors.length === MAX_ERRORS) return;
    this.#errors.push({ field, code, message: `${field} ${rule}`, path });
  }

  /** @throws ApiError `InvalidBody` with the first 20 errors, if there are any. */
  throwIfAny(): void {
    if (this.#errors.length > 0) throw validationError('InvalidBody', this.#errors);
  }
}
