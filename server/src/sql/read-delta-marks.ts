import { bigint, bigints, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly writer: string;
  readonly next: number;
  readonly missing: readonly number[];
  readonly limit: number;
}

export interface DeltaMarkRow {
  readonly number: number;
  readonly low: number;
  /** The size of its list of invocations; 0 where folding counts nothing of it. */
  readonly bytes: number;
}

/** Not read for that: the size stands beside the place where it is stored. */
const BYTES = `case when kind = 'accepted' then 0 else coalesce(pg_column_size(webhook_ids), 0) end`;

/** Which deltas of a writer can be seen now: of the missing ones, and of the next so many. */
export const readDeltaMarks = query<Params, DeltaMarkRow>(
  'read-delta-marks',
  {
    writer: uuid((p) => p.writer),
    next: bigint((p) => p.next),
    missing: bigints((p) => p.missing),
    // Before PostgreSQL 17 all from there may be read.
    first_missing: bigint((p) => Math.min(p.next, ...p.missing)),
    limit: bigint((p) => p.limit),
  },
  `select number, low, ${BYTES} as bytes
from delta
where writer = $writer and number >= $first_missing and number < $next and number = any ($missing)
union all
select number, low, ${BYTES} as bytes
from delta
where writer = $writer and number >= $next and number < $next + $limit`,
);
