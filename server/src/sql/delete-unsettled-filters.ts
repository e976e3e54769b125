import { bigint } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  /** Filters that end after are deleted. */
  readonly settledMs: number;
  readonly limit: number;
}

/**
 * Deletes up to `limit` filters of moments to which something may be added, newest first: the rest has no gap.
 * There are some when the clock of the database was set back.
 */
export const deleteUnsettledFilters = query<Params, { from_ms: number }>(
  'delete-unsettled-filters',
  {
    settled_ms: bigint((p) => p.settledMs),
    limit: bigint((p) => p.limit),
  },
  `with early as (
  select from_ms
  from (select from_ms, until_ms from search_filter order by from_ms desc limit $limit) as newest
  where until_ms > $settled_ms
)
delete from search_filter f
using early
where f.from_ms = early.from_ms
returning f.from_ms`,
);
