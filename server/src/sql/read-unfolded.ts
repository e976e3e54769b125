import { bigint } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { WriterRow } from './lock-writer.ts';

export interface UnfoldedRow extends WriterRow {
  /** When the first delta was made that is this far from being folded; null: none. */
  readonly made_at: Date | null;
}

/**
 * The writers with deltas, or missing numbers, from so many numbers after what is folded. There are a
 * few writers a day; each costs a look at the key.
 */
export const readUnfolded = query<{ readonly beyond: number }, UnfoldedRow>(
  'read-unfolded',
  { beyond: bigint((p) => p.beyond) },
  `select w.id, w.next_number, w.missing::float8[] as missing, w.low, d.made_at
from
  writer w
  left join lateral (
    select made_at from delta
    where writer = w.id and number >= w.next_number + $beyond
    order by number
    limit 1
  ) as d on true
where d.made_at is not null or w.missing <> '{}'`,
);
