import { bigint, bigints, rows, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { COUNTED_COLUMNS } from './parts/rollup-counts.ts';
import {
  FRESH,
  freshRollups,
  ROLLUP_PARAMETERS,
  type RollupParams,
  type RollupRow,
  type RollupUnit,
  rollupSums,
} from './parts/rollup-reading.ts';

interface Params extends RollupParams {
  readonly writer: string;
  /** How far it is folded, but for the missing numbers. */
  readonly next: number;
  readonly missing: readonly number[];
  /** So many deltas are counted. */
  readonly unfolded: number;
}

/** Sums what is not folded yet of one writer, as a Citus cluster needs it. */
const statement = (unit: RollupUnit) =>
  query<Params, RollupRow>(
    `read-unfolded-rollups-by-${unit}`,
    {
      writer: uuid((p) => p.writer),
      first: bigint((p) => Math.min(p.next, ...p.missing)),
      next: bigint((p) => p.next),
      missing: bigints((p) => p.missing),
      unfolded: bigint((p) => p.unfolded),
      counted: rows((p: Params) => p.counted, { id: uuid((row) => row.id) }),
      account_id: bigint((p) => p.accountId),
      ...ROLLUP_PARAMETERS,
    },
    `with
  unfolded as (
    select ${COUNTED_COLUMNS}
    from delta
    where writer = $writer and number >= $first and number < $next + $unfolded
      and (number >= $next or number = any ($missing))
  ),
  ${freshRollups('unfolded')},
  bucket_row as (
    ${FRESH}
  ),
  ${rollupSums(unit)}`,
  );

/** In whole minutes, hours or days. */
export const readUnfoldedMinutes = statement('minute');
export const readUnfoldedHours = statement('hour');
export const readUnfoldedDays = statement('day');
