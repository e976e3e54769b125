import type { Account } from '../../model/account.ts';
import { type CompiledQuery, compileQuery } from '../../query/compile-query.ts';
import { checkKeyTerms } from '../../search/keys/check-key-terms.ts';
import { readTrailTerms } from '../input/read-trail-terms.ts';

/**
 * The query of a list: that of `q`, and a term for each parameter with the name of a field.
 *
 * @param account whose keys the list serves; without it, it serves none
 * @throws ApiError `InvalidParameter`, with the place in `q`, what is known, and the nearest name.
 */
export function readTrailQuery(
  parameters: Readonly<Record<string, unknown>>,
  known: readonly string[],
  nowMs: number,
  operation: string,
  account?: Account,
): CompiledQuery {
  return readTrailTerms(parameters, known, (query) => {
    const compiled = compileQuery(query, nowMs, operation, account && ['json', 'header']);
    if (account !== undefined) checkKeyTerms(account, compiled.keys);
    return compiled;
  });
}
