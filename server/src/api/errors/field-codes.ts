/** The stable codes of `errors[].code`: why one parameter or body field was rejected. */
export const FIELD_CODES = [
  'conflict',
  'duplicate',
  'immutable',
  'invalid_characters',
  'invalid_cursor',
  'invalid_format',
  'malformed',
  'not_allowed',
  'out_of_range',
  'required',
  'reserved',
  'too_deep',
  'too_long',
  'too_many',
  'too_short',
  'unknown_field',
  'wrong_type',
] as const;

/** The stable code of a field error. */
export type FieldCode = (typeof FIELD_CODES)[number];
