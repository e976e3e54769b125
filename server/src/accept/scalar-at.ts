import { MOST_VALUE_CHARACTERS } from '../model/search-key.ts';
import { numberTextAt } from './number-text-at.ts';

/** A place in a list, without a leading zero. */
const PLACE = /^(?:0|[1-9]\d{0,8})$/;

/**
 * The value at a JSON pointer as text: a string as it is, `true` or `false`, and a number as it is
 * written in the body. Whole numbers below 2^53 have one text, their digits: `1.0` and `1e0` are `1`.
 * Undefined where there is nothing, null, a list or an object, or a text of more than 4,096 characters.
 *
 * @param root what `JSON.parse` made of `text`
 */
export function scalarAt(
  root: unknown,
  tokens: readonly string[],
  text: string,
): string | undefined {
  let value = root;
  for (const token of tokens) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value)) value = PLACE.test(token) ? value[Number(token)] : undefined;
    else
      value = Object.hasOwn(value, token) ? (value as Record<string, unknown>)[token] : undefined;
  }
  switch (typeof value) {
    case 'string':
      return value.length <= MOST_VALUE_CHARACTERS ? value : undefined;
    case 'boolean':
      return String(value);
    case 'number': {
      if (Number.isSafeInteger(value)) return String(value);
      const written = numberTextAt(text, tokens);
      return written !== undefined && written.length <= MOST_VALUE_CHARACTERS ? written : undefined;
    }
    default:
      return undefined;
  }
}
