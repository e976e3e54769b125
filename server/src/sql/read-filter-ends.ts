import { query } from '../database/query.ts';

/** A filter, without its bytes. */
export interface FilterSpan {
  readonly from_ms: number;
  readonly until_ms: number;
  readonly events: number;
  readonly attempts: number;
}

/** Reads the oldest and the newest filter, in this order; nothing without filters. */
export const readFilterEnds = query<void, FilterSpan>(
  'read-filter-ends',
  {},
  `(select from_ms, until_ms, events, attempts from search_filter order by from_ms limit 1)
union all
(select from_ms, until_ms, events, attempts from search_filter order by from_ms desc limit 1)`,
);
