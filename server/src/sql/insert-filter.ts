import { bigint, boolean, bytea, integer } from '../database/parameters.ts';
import { query } from '../database/query.ts';

export interface FilterRow {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly buckets: number;
  readonly events: number;
  readonly attempts: number;
  readonly lateBlocks: number;
  readonly filter: Uint8Array;
}

interface Params extends FilterRow {
  /** It is to be made again. */
  readonly stale: boolean;
}

/** Writes a filter, unless another node has written one that begins at the same time. */
export const insertFilter = query<Params, { from_ms: number }>(
  'insert-filter',
  {
    from_ms: bigint((p) => p.fromMs),
    until_ms: bigint((p) => p.untilMs),
    buckets: integer((p) => p.buckets),
    events: integer((p) => p.events),
    attempts: integer((p) => p.attempts),
    late_blocks: integer((p) => p.lateBlocks),
    filter: bytea((p) => p.filter),
    stale: boolean((p) => p.stale),
  },
  `insert into search_filter as f (from_ms, until_ms, buckets, events, attempts, late_blocks, filter, stale_at)
values (
  $from_ms, $until_ms, $buckets, $events, $attempts, $late_blocks, $filter, case when $stale then now() end
)
on conflict (from_ms) do nothing
returning f.from_ms`,
);
