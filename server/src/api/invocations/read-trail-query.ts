import { type CompiledQuery, compileQuery } from '../../query/compile-query.ts';
import { readTrailTerms } from './read-trail-terms.ts';

/**
 * The query of a list: that of `q`, and a term for each parameter with the name of a field.
 *
 * @throws ApiError `InvalidParameter`, with the place in `q`, what is known, and the nearest name.
 */
export function readTrailQuery(
  parameters: Readonly<Record<string, unknown>>,
  known: readonly string[],
  nowMs: number,
  operation: string,
): CompiledQuery {
  return readTrailTerms(parameters, known, (query) => compileQuery(query, nowMs, operation));
}
