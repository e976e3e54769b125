import { bigint, bytea, integer, timestamptzUs } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { FilterRow } from './insert-filter.ts';

interface Params extends FilterRow {
  /** As it was read before the rows were. */
  readonly staleUs: number;
}

/** Writes a filter that was made again, unless more was erased meanwhile: then it stays to be made. */
export const replaceFilter = query<Params, { from_ms: number }>(
  'replace-filter',
  {
    from_ms: bigint((p) => p.fromMs),
    buckets: integer((p) => p.buckets),
    events: integer((p) => p.events),
    attempts: integer((p) => p.attempts),
    late_blocks: integer((p) => p.lateBlocks),
    filter: bytea((p) => p.filter),
    stale_at: timestamptzUs((p) => p.staleUs),
  },
  `update search_filter
set
  buckets = $buckets, events = $events, attempts = $attempts, late_blocks = $late_blocks,
  filter = $filter, stale_at = null
where from_ms = $from_ms and stale_at = $stale_at
returning from_ms`,
);
