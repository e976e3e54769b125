import { printQuery, type QueryTerm } from '@hooktrail/sdk/query';
import { parseOrNothing } from './parse-or-nothing.ts';

/** The query with these terms in place of all terms of these fields. */
export function replaceTerms(
  text: string,
  fields: readonly string[],
  terms: readonly QueryTerm[],
): string {
  const rest = (parseOrNothing(text) ?? []).filter(({ field }) => !fields.includes(field));
  return printQuery([...rest, ...terms]);
}
