import { FieldErrors } from '../errors/field-errors.ts';
import { checkName } from '../input/check-name.ts';
import { checkText } from '../input/check-text.ts';

/**
 * @throws ApiError `InvalidBody` when `account.name` cannot be stored or has no visible character.
 */
export function checkAccountName(name: string | undefined): void {
  const errors = new FieldErrors();
  checkText('account.name', name, errors);
  checkName('account.name', name, errors);
  errors.throwIfAny();
}
