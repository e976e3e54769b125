import { bigint, rows } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/** Notes that something was erased at some moments, so that the filters of them are made again. */
export const markStaleFilters = query<readonly number[], never>(
  'mark-stale-filters',
  { moments: rows((moments: readonly number[]) => moments, { at_ms: bigint((ms) => ms) }) },
  `update search_filter f
set stale_at = now()
where f.from_ms in (
  select s.from_ms
  from
    $moments as m
    cross join lateral (
      select from_ms, until_ms
      from search_filter
      where from_ms <= m.at_ms
      order by from_ms desc
      limit 1
    ) as s
  where s.until_ms > m.at_ms
)`,
);
