import { query } from '../database/query.ts';

export interface RollupDue {
  readonly lane: number;
  readonly unit: 'hour' | 'day';
  readonly at: Date;
}

/**
 * The hours and days that have ended, and whose counts can be made: of a day, once all of its hours are
 * made. The minutes after an end let late deltas in, so that little is made twice.
 */
export const readRollupDue = query<undefined, RollupDue>(
  'read-rollup-due',
  {},
  `select lane, unit, at
from rollup_due due
where unit = 'hour' and at <= now() - interval '62 minutes'
  or unit = 'day' and at <= now() - interval '25 hours' and not exists (
    select from rollup_due hours
    where hours.lane = due.lane and hours.unit = 'hour' and hours.at >= due.at
      and hours.at < due.at + interval '1 day'
  )`,
);
