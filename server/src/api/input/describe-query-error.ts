import type { QuerySyntaxError } from '@hooktrail/sdk/query';

/**
 * What is wrong with a query, for a caller who gave it as `field`: the place, what is known, and the nearest
 * name.
 *
 * @param prefix characters of the text that the caller did not write
 * @param isJson it was given in its JSON form, where a path says the place
 */
export function describeQueryError(
  { known, nearest, path, position, problem }: QuerySyntaxError,
  field: string,
  prefix: number,
  isJson: boolean,
): string {
  const place = position ? `: character ${Math.max(1, position.start + 1 - prefix)}` : '';
  const inside = isJson && path ? ` ${path}` : '';
  const hint = nearest === undefined ? '' : `; did you mean "${nearest}"?`;
  const list = known ? `${hint ? '' : ';'} known: ${known.join(', ')}` : '';
  return `${field}${inside}${place}: ${problem}${hint}${list}`;
}
