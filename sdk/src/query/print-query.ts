import { fieldOf, TEXT_FIELD } from './find-field.ts';
import { KINDS } from './kinds.ts';
import type { Query, QueryTerm } from './query.ts';
import { quote } from './quote.ts';

function prefixOf(term: QueryTerm): string {
  if (term.field === 'text') return '';
  if (term.field === 'json') return `${quote(term.pointer, 'name')}:`;
  return term.field === 'header' ? `header.${term.name}:` : `${term.field}:`;
}

/** The canonical text of a query: `parseQuery` returns the same query from it. */
export function printQuery(query: Query): string {
  return query
    .map((term) => {
      const kind = KINDS[(fieldOf(term.field) ?? TEXT_FIELD).kind];
      const place = term.field === 'text' ? 'word' : 'value';
      const values = (term.values as readonly unknown[]).map((value) =>
        quote(kind.print(value), place),
      );
      return (term.not ? '-' : '') + prefixOf(term) + values.join();
    })
    .join(' ');
}
