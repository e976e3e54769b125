import { BUCKET_GROWTH } from '../../model/duration-buckets.ts';

/** What is read of deltas to count them. */
export const COUNTED_COLUMNS = `kind, made_at, lanes, webhook_ids, statuses, error_classes, settled,
  durations_ms, completed_at, account_ids`;

/**
 * One row for each attempt and each change between waiting and final in `deltas`. An attempt counts
 * in the minute of its completion; where that is not within a day before its recording, as after a
 * restart of a clock, in the minute of its recording: that has a partition.
 */
export const changesIn = (deltas: string): string => `select
  c.lane, c.webhook_id, c.account_id, c.status, coalesce(c.error_class, '') as error_class,
  date_trunc('minute', case
    when c.completed_at between d.made_at - interval '1 day' and d.made_at + interval '1 minute'
      then c.completed_at
    else d.made_at
  end) as at,
  case when d.kind = 'attempted' then
    floor(ln(greatest(c.duration_ms, 1)::float8) / ${Math.log(BUCKET_GROWTH)})::smallint
  end as bucket,
  case when d.kind = 'attempted' then 1 else 0 end as attempts,
  case when d.kind = 'attempted' then c.duration_ms else 0 end as duration_ms,
  case when c.settled and d.kind <> 'replayed' then 1 else 0 end as settled,
  case when c.settled and d.kind = 'replayed' then 1 else 0 end as reopened
from
  ${deltas} d
  cross join lateral unnest(
    d.lanes, d.webhook_ids, d.statuses, d.error_classes, d.settled, d.durations_ms, d.completed_at,
    d.account_ids
  ) as c (
    lane, webhook_id, status, error_class, settled, duration_ms, completed_at, account_id
  )
where d.kind in ('attempted', 'parked', 'ended', 'replayed') and (d.kind = 'attempted' or c.settled)`;

/** The rows of rollups as one row for each bucket; the first has the sums that have no bucket. */
export const bucketsOf = (rollups: string, key: string): string => `select
  ${key}, u.bucket, coalesce(u.attempts, 0) as attempts,
  case when u.place > 1 then 0 else duration_ms end as duration_ms,
  case when u.place > 1 then 0 else settled end as settled,
  case when u.place > 1 then 0 else reopened end as reopened
from
  ${rollups} r
  left join lateral unnest(r.buckets, r.bucket_counts) with ordinality
    as u (bucket, attempts, place) on true`;

/** Sums by key and bucket. */
export const byBucket = (rows: string, key: string): string => `select
  ${key}, bucket, sum(attempts)::bigint as attempts, sum(duration_ms)::bigint as duration_ms,
  sum(settled)::bigint as settled, sum(reopened)::bigint as reopened
from ${rows}
group by ${key}, bucket`;

/** The columns of a rollup beside its key, out of `byBucket`. */
export const SUMS = `sum(attempts)::bigint as attempts, sum(duration_ms)::bigint as duration_ms,
  sum(settled)::bigint as settled, sum(reopened)::bigint as reopened,
  array_agg(bucket) filter (where bucket is not null) as buckets,
  array_agg(attempts) filter (where bucket is not null) as bucket_counts`;

/** The same, to insert into. */
export const SUM_COLUMNS = 'attempts, duration_ms, settled, reopened, buckets, bucket_counts';

/** The start of the hour or day of a time, in UTC whatever the session's time zone is. */
export const startOf = (unit: string, at: string): string => `date_trunc('${unit}', ${at}, 'UTC')`;
