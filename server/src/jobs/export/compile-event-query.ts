import type { QueryTerm } from '@hooktrail/sdk/query';
import type { Account } from '../../model/account.ts';
import { type CompiledQuery, compileQuery } from '../../query/compile-query.ts';
import { intersect } from '../../query/ranges.ts';
import { UnservedField } from '../../query/unserved-field.ts';
import { checkKeyTerms } from '../../search/keys/check-key-terms.ts';

/** The fields that events have. */
const SERVED: readonly QueryTerm['field'][] = [
  'type',
  'created',
  'since',
  'until',
  'json',
  'header',
];

/** Compiles the query of an export of events. @throws UnservedField */
export function compileEventQuery(
  query: CompiledQuery['query'],
  beforeMs: number,
  account: Account,
): CompiledQuery {
  for (const { field } of query) {
    // `compileQuery` refuses what nothing serves, and names what does.
    if (SERVED.includes(field) || field === 'text') continue;
    throw new UnservedField(
      field,
      'an export of events cannot serve what only invocations have; one of invocations does',
    );
  }
  const compiled = compileQuery(query, beforeMs, 'an export', ['json', 'header']);
  checkKeyTerms(account, compiled.keys);
  const created = intersect(compiled.created, [[Number.NEGATIVE_INFINITY, beforeMs]]);
  return { ...compiled, created, nothing: compiled.nothing || created.length === 0 };
}
