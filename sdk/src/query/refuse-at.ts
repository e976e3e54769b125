import type { Refuse } from './kinds.ts';
import { nearest } from './nearest.ts';
import { type QueryProblem, QuerySyntaxError } from './query-syntax-error.ts';

/** Makes what refuses a part of a query. */
export function refuseAt(where: Pick<QueryProblem, 'path' | 'position'>): Refuse {
  return (problem, known, given) => {
    const meant = known && given ? nearest(given, known) : undefined;
    throw new QuerySyntaxError(problem, {
      ...where,
      ...(known && { known }),
      ...(meant !== undefined && { nearest: meant }),
    });
  };
}
