import { similarName } from '../../model/similar-name.ts';
import type { FieldError } from '../errors/api-error.ts';
import { cut } from '../errors/cut.ts';

/** Longer lists do not help the caller. */
const MAX_ERRORS = 20;

/** `filter[x]`, `filter[x][]`, `filter.x`, `filters[x]`: whatever is meant as a filter. */
const FILTER = /^filters?(?![a-z])/i;

/**
 * The filters of a query that a list does not have: ignoring one would answer with an unfiltered
 * list, which looks like a filtered one (spec/contract.md, "List invocations"). A page number
 * (`page=2`) where a list has cursors only is one as well: a client that counts pages up until one
 * is empty would never stop.
 */
export function unknownFilters(
  query: Readonly<Record<string, unknown>>,
  known: readonly string[],
): FieldError[] {
  const filters = known.filter((name) => FILTER.test(name));
  const errors: FieldError[] = [];
  for (const name of Object.keys(query)) {
    if (known.includes(name)) continue;
    if (errors.length === MAX_ERRORS) break;
    const field = cut(name);
    if (FILTER.test(name)) {
      const similar = similarName(field, filters, Number.POSITIVE_INFINITY);
      const rest = similar === undefined ? 'it has none' : `did you mean ${similar}?`;
      errors.push({
        field,
        code: 'unknown_field',
        message: `${field} is not a filter of this list: ${rest}`,
      });
    } else if (name === 'page' && known.includes('page[size]')) {
      errors.push({
        field,
        code: 'not_allowed',
        message:
          'page is not supported here: follow links.next, or page[after] with meta.after_cursor',
      });
    }
  }
  return errors;
}
