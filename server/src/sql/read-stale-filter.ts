import { query } from '../database/query.ts';

/** A filter of whose span something was erased. */
interface StaleFilter {
  readonly from_ms: number;
  readonly until_ms: number;
  /** In microseconds: it changes when more is erased. */
  readonly stale_us: number;
}

/** Reads the newest filter that is to be made again. */
export const readStaleFilter = query<void, StaleFilter>(
  'read-stale-filter',
  {},
  `select from_ms, until_ms, (extract(epoch from stale_at) * 1000000)::bigint as stale_us
from search_filter
where stale_at is not null
order by from_ms desc
limit 1`,
);
