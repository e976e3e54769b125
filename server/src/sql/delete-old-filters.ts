import { bigint } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  /** Filters that end before are deleted. */
  readonly keptFromMs: number;
  readonly limit: number;
}

/** Deletes up to `limit` filters of rows that are no longer kept, oldest first: the rest has no gap. */
export const deleteOldFilters = query<Params, { from_ms: number }>(
  'delete-old-filters',
  {
    kept_from_ms: bigint((p) => p.keptFromMs),
    limit: bigint((p) => p.limit),
  },
  `with old as (
  select from_ms
  from (select from_ms, until_ms from search_filter order by from_ms limit $limit) as oldest
  where until_ms < $kept_from_ms
)
delete from search_filter f
using old
where f.from_ms = old.from_ms
returning f.from_ms`,
);
