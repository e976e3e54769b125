import { printQuery, type QueryTerm } from '@hooktrail/sdk/query';
import { parseOrNothing } from './parse-or-nothing.ts';

const isAbout = (term: QueryTerm, { field, values }: QueryTerm) =>
  term.field === field && JSON.stringify(term.values) === JSON.stringify(values);

/**
 * The query with a term added: one of the same field and sense takes its values, because two terms
 * `status:failed status:timeout` would match nothing. A term that says the opposite is removed.
 */
export function addTerm(text: string, term: QueryTerm): string {
  const query = (parseOrNothing(text) ?? []).filter(
    (each) => !(isAbout(each, term) && each.not !== term.not),
  );
  const same = query.find((each) => each.field === term.field && each.not === term.not);
  const merges = same !== undefined && term.field !== 'json' && term.field !== 'header';
  if (!merges) return printQuery([...query, term]);
  const values = [...new Set([...(same.values as unknown[]), ...(term.values as unknown[])])];
  return printQuery(
    query.map((each) => (each === same ? ({ ...each, values } as QueryTerm) : each)),
  );
}
