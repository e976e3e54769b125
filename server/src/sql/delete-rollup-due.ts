import { smallint, text, timestamptz } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { RollupDue } from './read-rollup-due.ts';

/** Takes a mark before its hour or day is made, in the same transaction; no row: another node did. */
export const deleteRollupDue = query<RollupDue, { lane: number }>(
  'delete-rollup-due',
  {
    lane: smallint((p) => p.lane),
    unit: text((p) => p.unit),
    at: timestamptz((p) => p.at),
  },
  `delete from rollup_due
where lane = $lane and unit = $unit and at = $at
returning lane`,
);
