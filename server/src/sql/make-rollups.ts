import { smallint, timestamptz } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { bucketsOf, byBucket, SUM_COLUMNS, SUMS } from './parts/rollup-counts.ts';

interface Params {
  readonly lane: number;
  readonly at: Date;
}

const KEY = 'lane, counted_id, status, error_class';

/**
 * Makes the rows of one lane and one hour or day out of the finer ones, or makes them again. Who has
 * counts is found by steps from one id to the next, so no row of another time is read: of minutes, those
 * of the day.
 */
function making(from: string, to: string, unit: string, within: string): string {
  // The steps are in a subquery: Citus loses those of an insert that refer to themselves.
  return `insert into ${to} (${KEY}, at, ${SUM_COLUMNS})
select *
from (
with recursive
  counted as (
    (
      select counted_id from ${from}
      where lane = $lane${within}
      order by counted_id
      limit 1
    )
    union all
    select (
      select counted_id from ${from}
      where lane = $lane and counted_id > counted.counted_id${within}
      order by counted_id
      limit 1
    )
    from counted
    where counted.counted_id is not null
  ),
  finer as (
    select r.*
    from
      counted c
      cross join lateral (
        select ${KEY}, ${SUM_COLUMNS}
        from ${from}
        where lane = $lane and counted_id = c.counted_id and at >= $at
          and at < $at + interval '1 ${unit}'
        offset 0
      ) as r
  ),
  bucket_row as (
    ${bucketsOf('finer', KEY)}
  ),
  summed as (
    ${byBucket('bucket_row', KEY)}
  )
select ${KEY}, $at, ${SUMS}
from summed
group by ${KEY}
) as made
on conflict (lane, counted_id, at, status, error_class) do update set
  attempts = excluded.attempts,
  duration_ms = excluded.duration_ms,
  settled = excluded.settled,
  reopened = excluded.reopened,
  buckets = excluded.buckets,
  bucket_counts = excluded.bucket_counts`;
}

const PARAMETERS = {
  lane: smallint((p: Params) => p.lane),
  at: timestamptz((p: Params) => p.at),
};

const IN_DAY = ` and at >= date_trunc('day', $at, 'UTC')
        and at < date_trunc('day', $at, 'UTC') + interval '1 day'`;

export const makeRollupHour = query<Params, never>(
  'make-rollup-hour',
  PARAMETERS,
  making('rollup_minute', 'rollup_hour', 'hour', IN_DAY),
);

export const makeRollupDay = query<Params, never>(
  'make-rollup-day',
  PARAMETERS,
  making('rollup_hour', 'rollup_day', 'day', ''),
);
