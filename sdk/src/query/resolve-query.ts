import type { Comparison, Query, QueryTerm, QueryTime } from './query.ts';
import { resolveTime } from './times.ts';

/**
 * The same query with every relative time replaced by the instant that it means now. A job resolves
 * its query once, so that it does not move while the job runs.
 */
export function resolveQuery(query: Query, nowMs: number): Query {
  const resolved = (value: QueryTime | Comparison<QueryTime>) =>
    typeof value === 'string'
      ? resolveTime(value, nowMs)
      : Object.fromEntries(
          Object.entries(value).map(([key, time]) => [key, resolveTime(time, nowMs)]),
        );
  return query.map((term) => {
    switch (term.field) {
      case 'created':
      case 'completed':
      case 'since':
      case 'until': {
        const values = term.values as readonly (QueryTime | Comparison<QueryTime>)[];
        return { ...term, values: values.map(resolved) } as QueryTerm;
      }
      default:
        return term;
    }
  });
}
