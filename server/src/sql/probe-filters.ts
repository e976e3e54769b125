import { bigint, scalar } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { BUCKET_BYTES } from '../words/block-filter.ts';

interface Params {
  /** Filters that begin before. */
  readonly beforeMs: number;
  /** Filters that end after. */
  readonly afterMs: number;
  /** Of the words that are looked for (`hashOf`). */
  readonly hashes: readonly number[];
  readonly limit: number;
}

/** A filter, and for each word the bytes of its bucket, one after the other. */
export interface ProbedFilter {
  readonly from_ms: number;
  readonly until_ms: number;
  readonly late_blocks: number;
  readonly found: Uint8Array | null;
}

const places = scalar<readonly number[]>('bigint[]');

/** Looks words up in filters, newest first: of each filter one kilobyte a word. */
export const probeFilters = query<Params, ProbedFilter>(
  'probe-filters',
  {
    before_ms: bigint((p) => p.beforeMs),
    after_ms: bigint((p) => p.afterMs),
    hashes: places((p) => p.hashes),
    limit: bigint((p) => p.limit),
  },
  `select
  f.from_ms, f.until_ms, f.late_blocks,
  (
    select string_agg(
      substring(
        f.filter from ((w.hash * f.buckets) >> 32)::integer * ${BUCKET_BYTES} + 1 for ${BUCKET_BYTES}
      ),
      ''::bytea order by w.place
    )
    from unnest($hashes) with ordinality as w (hash, place)
  ) as found
from (
  select from_ms, until_ms, late_blocks, buckets, filter
  from search_filter
  where from_ms < $before_ms
  order by from_ms desc
  limit $limit
) as f
where f.until_ms > $after_ms
order by f.from_ms desc`,
);
