import { QUERY_FIELDS } from './fields.ts';
import { fieldOf, readHeaderName, readPointer } from './find-field.ts';
import { isTooLong } from './is-too-long.ts';
import { KINDS, type Refuse } from './kinds.ts';
import { MAX_QUERY_LENGTH, MAX_QUERY_TERMS, MAX_TERM_VALUES } from './limits.ts';
import type { Query, QueryTerm } from './query.ts';
import { refuseAt } from './refuse-at.ts';
import { isStorable } from './storable.ts';

type Fields = Readonly<Record<string, unknown>>;

const at = (path: string): Refuse => refuseAt({ path });

/** A string that fits, or another value; nothing longer is looked at. */
function fitting(value: unknown, refuse: Refuse): unknown {
  if (typeof value !== 'string') return value;
  if (value.length > MAX_QUERY_LENGTH) {
    return refuse(`must have at most ${MAX_QUERY_LENGTH} characters`);
  }
  return isStorable(value)
    ? value
    : refuse('U+0000 and half of a surrogate pair occur in no stored text');
}

function string(value: unknown, refuse: Refuse): string {
  return typeof value === 'string' ? String(fitting(value, refuse)) : refuse('must be a string');
}

function list(value: unknown, most: number, refuse: Refuse): readonly unknown[] {
  if (!Array.isArray(value)) return refuse('must be a list');
  return value.length > most ? refuse(`must have at most ${most} items`) : value;
}

function readTerm(term: unknown, path: string): QueryTerm {
  const refuse = at(path);
  if (typeof term !== 'object' || term === null || Array.isArray(term)) {
    return refuse('must be an object with "field" and "values"');
  }
  const given = term as Fields;
  const name = string(given['field'], at(`${path}/field`));
  const row =
    fieldOf(name) ??
    at(`${path}/field`)(
      `unknown field "${name.slice(0, 40)}"`,
      QUERY_FIELDS.map(({ field }) => field),
      name,
    );
  const { field, kind } = row;
  const own = { json: 'pointer', header: 'name' }[field as string];
  const known = ['field', ...(own ? [own] : []), 'values', 'not'];
  for (const key of Object.keys(given)) {
    if (!known.includes(key)) {
      at(path)(`unknown member "${key.slice(0, 40)}" of a term of ${field}`, known, key);
    }
  }
  const readOwn = field === 'json' ? readPointer : readHeaderName;
  const refuseOwn = at(`${path}/${own}`);
  const more = own && { [own]: readOwn(string(given[own], refuseOwn), refuseOwn) };
  const most = kind === 'moment' ? 1 : MAX_TERM_VALUES;
  const values = list(given['values'], most, at(`${path}/values`));
  if (values.length === 0) at(`${path}/values`)('must not be empty');
  const { not } = given;
  if (not !== undefined && typeof not !== 'boolean') at(`${path}/not`)('must be a boolean');
  return {
    field,
    ...more,
    values: values.map((value, index) => {
      const refuseValue = at(`${path}/values/${index}`);
      if (field === 'text' && value === '') refuseValue('must not be empty');
      return KINDS[kind].read(fitting(value, refuseValue), refuseValue, row);
    }),
    ...(not === true && { not }),
  } as QueryTerm;
}

/**
 * Validates the JSON form of a query, and returns it in its canonical form. A value may also be
 * written as in the text: `">3"` instead of `{"gt": 3}`.
 *
 * @throws {QuerySyntaxError} with the path, if it is not valid.
 */
export function readQuery(json: unknown): Query {
  const refuse = at('');
  const query = list(json, MAX_QUERY_TERMS, refuse).map((term, index) =>
    readTerm(term, `/${index}`),
  );
  if (isTooLong(query)) {
    refuse(`as text it must have at most ${MAX_QUERY_LENGTH} characters`);
  }
  return query;
}
