import type { FieldError } from './api-error.ts';
import type { FieldCode } from './field-codes.ts';
import { validationError } from './validation-error.ts';

/** More help nobody. */
const MOST = 20;

/** Gathers what is wrong with a body, so that a caller hears of all of it at once. */
export class FieldErrors {
  readonly #errors: FieldError[] = [];

  /** `rule` follows the field's name: "must be ...". */
  add(field: string, code: FieldCode, rule: string): void {
    this.#errors.push({ field, code, message: `${field} ${rule}` });
  }

  /** @throws ApiError `InvalidBody` when there is a problem. */
  throwIfAny(): void {
    if (this.#errors.length > 0) throw validationError('InvalidBody', this.#errors.slice(0, MOST));
  }
}
