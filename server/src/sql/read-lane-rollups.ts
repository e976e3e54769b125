import { rows, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { bucketsOf } from './parts/rollup-counts.ts';
import {
  KEY,
  ROLLUP_PARAMETERS,
  type RollupParams,
  type RollupRow,
  type RollupUnit,
  rollupSums,
  storedRollups,
} from './parts/rollup-reading.ts';

interface Params extends RollupParams {
  /** That of all that is counted. */
  readonly lane: number;
}

/** Sums what is folded of one lane, as a Citus cluster needs it: all of it is in one shard. */
const statement = (unit: RollupUnit) =>
  query<Params, RollupRow>(
    `read-lane-rollups-by-${unit}`,
    {
      lane: smallint((p) => p.lane),
      counted: rows((p: Params) => p.counted, { id: uuid((row) => row.id) }),
      ...ROLLUP_PARAMETERS,
    },
    `with
  stored as (${storedRollups(unit, '$lane')}
  ),
  bucket_row as (
    ${bucketsOf('stored', KEY)}
  ),
  ${rollupSums(unit)}`,
  );

/** Whole minutes, hours or days. */
export const readLaneMinutes = statement('minute');
export const readLaneHours = statement('hour');
export const readLaneDays = statement('day');
