import { bigint, rows, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { bucketsOf, COUNTED_COLUMNS } from './parts/rollup-counts.ts';
import {
  FRESH,
  freshRollups,
  KEY,
  ROLLUP_PARAMETERS,
  type RollupParams,
  type RollupRow,
  type RollupUnit,
  rollupSums,
  storedRollups,
} from './parts/rollup-reading.ts';

interface Params extends RollupParams {
  /** So many deltas of each writer are counted beside what is folded. */
  readonly unfolded: number;
}

/**
 * Sums what is folded, and what is not folded yet, in one snapshot: a delta counts by its rollups or by
 * itself, never both.
 */
const statement = (unit: RollupUnit) =>
  query<Params, RollupRow>(
    `read-rollups-by-${unit}`,
    {
      counted: rows((p: Params) => p.counted, {
        lane: smallint((row) => row.lane),
        id: uuid((row) => row.id),
      }),
      account_id: bigint((p) => p.accountId),
      ...ROLLUP_PARAMETERS,
      unfolded: bigint((p) => p.unfolded),
    },
    `with
  stored as (${storedRollups(unit, 'c.lane')}
  ),
  unfolded as (
    select d.*
    from
      writer w
      cross join lateral (
        select ${COUNTED_COLUMNS} from delta
        where writer = w.id and number >= w.next_number and number < w.next_number + $unfolded
        offset 0
      ) as d
    union all
    select d.*
    from
      writer w
      cross join lateral unnest(w.missing) as m (number)
      cross join lateral (
        select ${COUNTED_COLUMNS} from delta
        where writer = w.id and number = m.number
        offset 0
      ) as d
  ),
  ${freshRollups('unfolded')},
  bucket_row as (
    ${bucketsOf('stored', KEY)}
    union all
    ${FRESH}
  ),
  ${rollupSums(unit)}`,
  );

/** The counts of webhooks or of an account in whole minutes, hours or days. */
export const readMinutes = statement('minute');
export const readHours = statement('hour');
export const readDays = statement('day');
