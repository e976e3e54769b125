import { cut } from '../errors/cut.ts';
import type { FieldErrors } from '../errors/field-errors.ts';
import { UNSTORABLE } from './unstorable.ts';

/** Rejects strings that cannot be stored, in values and keys at any depth. */
export function checkText(field: string, value: unknown, errors: FieldErrors): void {
  if (typeof value === 'string') {
    if (UNSTORABLE.test(value)) {
      errors.add(field, 'invalid_characters', 'must not contain U+0000 or lone surrogates');
    }
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) checkText(`${field}[${index}]`, item, errors);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      if (UNSTORABLE.test(key)) {
        errors.add(
          field,
          'invalid_characters',
          'must not have keys with U+0000 or lone surrogates',
        );
      }
      checkText(`${field}.${cut(key)}`, item, errors);
    }
  }
}
