import type { Query } from '../query/query.ts';

type Fields = Readonly<Record<string, string | number | undefined>>;

const isTerms = (selection: Query | Fields): selection is Query => Array.isArray(selection);

/** The parameters of a selection: the text of a query, its JSON form, or the fields by their names. */
export const selectionParameters = (selection: string | Query | Fields = ''): Fields => {
  if (typeof selection === 'string') return { q: selection };
  return isTerms(selection) ? { query: JSON.stringify(selection) } : selection;
};
