import type { Query, QueryTerm } from '@hooktrail/sdk/query';
import type { Account } from '../../model/account.ts';
import { type CompiledQuery, compileQuery } from '../../query/compile-query.ts';
import { UnservedField } from '../../query/unserved-field.ts';
import { checkKeyTerms } from '../../search/keys/check-key-terms.ts';
import { readTrailTerms } from '../input/read-trail-terms.ts';

/** The fields that events have. */
const SERVED: readonly QueryTerm['field'][] = [
  'type',
  'created',
  'since',
  'until',
  'json',
  'header',
];

/**
 * The query of the list of events.
 *
 * @throws ApiError `InvalidParameter`, also for a field that only invocations have.
 */
export function readEventQuery(
  parameters: { readonly q?: string; readonly query?: string },
  nowMs: number,
  account: Account,
): CompiledQuery {
  const { q, query } = parameters;
  const given = { ...(q !== undefined && { q }), ...(query !== undefined && { query }) };
  return readTrailTerms(given, ['q', 'query'], (terms: Query) => {
    for (const { field } of terms) {
      // `compileQuery` refuses what no list serves, and names what does.
      if (SERVED.includes(field) || field === 'text') continue;
      throw new UnservedField(
        field,
        'GET /v1/events cannot serve what only invocations have; GET /v1/invocations does',
      );
    }
    const compiled = compileQuery(terms, nowMs, 'GET /v1/events', ['json', 'header']);
    checkKeyTerms(account, compiled.keys);
    return compiled;
  });
}
