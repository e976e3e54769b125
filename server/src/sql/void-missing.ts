import { bigint, rows, timestamptzMs, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { LANES } from '../model/lanes.ts';

/** A missing number, and when a later delta of its writer was made. */
export interface MissingNumber {
  readonly number: number;
  readonly laterMs: number;
}

interface Params {
  readonly writer: string;
  readonly missing: readonly MissingNumber[];
}

/**
 * Longer than a node waits for any statement or transaction that it sent. What is still running then
 * has nobody who waits for it.
 */
const ABANDONED_S = 120;

/**
 * Settles missing numbers of a writer that may be dead, once a later delta is this old: as `void-delta`,
 * in every lane, because it is not known in which one the number was to be. A delta that was committed
 * meanwhile keeps its place, and is there before its void ones.
 */
export const voidMissing = query<Params, never>(
  'void-missing',
  {
    writer: uuid((p) => p.writer),
    missing: rows((p: Params) => p.missing, {
      number: bigint((one) => one.number),
      made_at: timestamptzMs((one) => one.laterMs),
    }),
  },
  `insert into delta (lane, writer, number, low, made_at, kind)
select l.lane, $writer, m.number, m.number, m.made_at, 'void'
from
  $missing as m
  cross join generate_series(0, ${LANES - 1}) as l (lane)
where m.made_at < now() - interval '${ABANDONED_S} seconds'
on conflict (writer, number, lane) do nothing`,
);
