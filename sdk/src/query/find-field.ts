import { QUERY_FIELDS, type QueryField } from './fields.ts';
import type { Refuse } from './kinds.ts';

/** Rows whose name is a form, not a word. */
const FORMS: readonly QueryField['field'][] = ['json', 'header', 'text'];

/** The fields that have a name of their own. */
export const NAMED_FIELDS: readonly QueryField[] = QUERY_FIELDS.filter(
  ({ field }) => !FORMS.includes(field),
);

const byField = new Map(QUERY_FIELDS.map((row) => [row.field as string, row]));
const byName = new Map(NAMED_FIELDS.map((row) => [row.name, row]));

/** The row of a field of the JSON form. */
export const fieldOf = (field: string): QueryField | undefined => byField.get(field);

/** The field of words and phrases, which have no name. */
export const TEXT_FIELD = byField.get('text') as QueryField;

/** A field as it is written, and what its term holds beside values. */
export interface Found {
  /** Its row. */
  readonly row: QueryField;
  /** The pointer or the name of the header. */
  readonly more: { readonly pointer?: string; readonly name?: string };
}

/** The pointer, if it is one. */
export function readPointer(pointer: string, refuse: Refuse): string {
  if (!pointer.startsWith('/')) return refuse('a JSON pointer must begin with "/"');
  if (/~(?![01])/.test(pointer)) {
    return refuse('in a JSON pointer "~" must be "~0", and "/" within a key "~1"');
  }
  return pointer;
}

/** The name of a header in lower case, if it is one. */
export function readHeaderName(name: string, refuse: Refuse): string {
  return /^[!#$%&'*+.^_`|~\w-]+$/.test(name)
    ? name.toLowerCase()
    : refuse("the name of a header must have letters, digits and !#$%&'*+-.^_`|~ only");
}

/** Finds the field that is written before a colon. */
export function findField(written: string, refuse: Refuse): Found {
  const lower = written.toLowerCase();
  const row = byName.get(lower);
  if (row) return { row, more: {} };
  if (written.startsWith('/')) {
    return {
      row: byField.get('json') as QueryField,
      more: { pointer: readPointer(written, refuse) },
    };
  }
  if (lower.startsWith('header.')) {
    const name = readHeaderName(written.slice('header.'.length), refuse);
    return { row: byField.get('header') as QueryField, more: { name } };
  }
  const known = QUERY_FIELDS.filter(({ field }) => field !== 'text').map(({ name }) => name);
  return refuse(
    written
      ? `unknown field "${written.slice(0, 40)}" (text with a colon must be in quotes)`
      : 'a field must stand before the colon',
    known,
    written,
  );
}
