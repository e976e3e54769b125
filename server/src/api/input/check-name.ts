import type { FieldErrors } from '../errors/field-errors.ts';

/** Neither white space nor a character that is not seen. */
const VISIBLE = /[^\s\p{Cc}\p{Cf}]/u;

/** Refuses a name that people could not see in a list. */
export function checkName(field: string, name: string | undefined, errors: FieldErrors): void {
  if (name === undefined || VISIBLE.test(name)) return;
  errors.add(field, 'invalid_format', 'must have a character that can be seen');
}
