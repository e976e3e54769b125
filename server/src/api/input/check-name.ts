import type { FieldErrors } from '../errors/field-errors.ts';

/**
 * A character that is neither white space, a control character nor an invisible format character.
 */
const VISIBLE = /[^\s\p{Cc}\p{Cf}]/u;

/** Rejects a name that would be invisible in a list. */
export function checkName(field: string, name: string | undefined, errors: FieldErrors): void {
  if (name === undefined || VISIBLE.test(name)) return;
  errors.add(field, 'invalid_format', 'must contain a visible character');
}
