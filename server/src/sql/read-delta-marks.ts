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
}

/** Which deltas of a writer can be seen now: of the missing ones, and of the next so many. */
export const readDeltaMarks = query<Params, DeltaMarkRow>(
  'read-delta-marks',
  {
    writer: uuid((p) => p.writer),
    next: bigint((p) => p.next),
    missing: bigints((p) => p.missing),
    limit: bigint((p) => p.limit),
  },
  `select number, low
from delta
where writer = $writer and number = any ($missing) and number < $next
union all
select number, low
from delta
where writer = $writer and number >= $next and number < $next + $limit`,
);
