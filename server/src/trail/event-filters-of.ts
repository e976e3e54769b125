import { firstIdAt } from '../model/ids.ts';
import type { CompiledQuery } from '../query/compile-query.ts';
import type { EventFilters } from '../sql/read-account-events.ts';

/** The latest time in an id. */
const LAST_MS = 2 ** 48 - 1;

/** What a query asks of events besides a span. */
export function eventFiltersOf({ created, filter }: CompiledQuery): EventFilters {
  const { moreTypes, notTypes, types } = filter;
  const further = [...new Set(moreTypes.map(({ term }) => term))].map((one) =>
    moreTypes.flatMap(({ pattern, term }) => (term === one ? [pattern] : [])),
  );
  return {
    ...(types !== null && { types }),
    ...(notTypes !== null && { notTypes }),
    ...(further.length > 0 && { moreTypes: JSON.stringify(further) }),
    ...(created.length > 1 && { edges: created.flat().map(edgeId) }),
  };
}

const edgeId = (ms: number): string => firstIdAt(Math.min(Math.max(ms, 0), LAST_MS));
