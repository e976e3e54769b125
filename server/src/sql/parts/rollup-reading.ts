import { boolean, texts, timestamptz } from '../../database/parameters.ts';
import type { Parameters } from '../../database/query.ts';
import type { DeliveryStatus, ListedStatus } from '../../model/delivery-status.ts';
import { byBucket, changesIn, startOf } from './rollup-counts.ts';

/** A webhook, or the account as a whole, and where its counts lie. */
export interface Counted {
  readonly lane: number;
  readonly id: string;
}

/** What counts are read by. */
export interface RollupParams {
  readonly counted: readonly Counted[];
  readonly accountId: number;
  readonly from: Date;
  /** Exclusive; both are whole units. */
  readonly to: Date;
  /** What has rows of its own. */
  readonly by: {
    readonly counted: boolean;
    readonly at: boolean;
    readonly status: boolean;
    readonly error: boolean;
  };
  readonly statuses: readonly ListedStatus[] | null;
  readonly errors: readonly string[] | null;
}

/** Sums; a column that is not asked for is null. */
export interface RollupRow {
  readonly counted_id: string | null;
  readonly at: Date | null;
  readonly status: DeliveryStatus | null;
  readonly error_class: string | null;
  readonly attempts: number;
  readonly succeeded: number;
  readonly duration_ms: number;
  readonly settled: number;
  readonly settled_succeeded: number;
  readonly reopened: number;
  readonly buckets: readonly number[] | null;
  readonly bucket_counts: readonly number[] | null;
}

/** The coarsest unit that is read; finer ones stand in for what is not made yet. */
export type RollupUnit = 'minute' | 'hour' | 'day';

/** The parameters of every part. */
export const ROLLUP_PARAMETERS: Parameters<RollupParams> = {
  from: timestamptz((p) => p.from),
  to: timestamptz((p) => p.to),
  by_counted: boolean((p) => p.by.counted),
  by_at: boolean((p) => p.by.at),
  by_status: boolean((p) => p.by.status),
  by_error: boolean((p) => p.by.error),
  statuses: texts((p) => p.statuses),
  errors: texts((p) => p.errors),
};

export const KEY = 'counted_id, at, status, error_class';
const SUMMED = 'attempts, duration_ms, settled, reopened, buckets, bucket_counts';

type Lane = 'c.lane' | '$lane';

const rollupsOf = (table: string, due: string, from: string, to: string, lane: Lane): string => `
    select r.*
    from
      $counted as c${due}
      cross join lateral (
        select ${KEY}, ${SUMMED}
        from ${table}
        where lane = ${lane} and counted_id = c.id and at >= ${from} and at < ${to}
        offset 0
      ) as r`;

const dueOf = (unit: 'hour' | 'day', name: string, lane: Lane): string => `
      cross join lateral (
        select at from rollup_due
        where lane = ${lane} and unit = '${unit}' and at >= $from and at < $to
        offset 0
      ) as ${name}`;

const isMade = (unit: 'hour' | 'day', lane: Lane): string => `
    where not exists (
      select from rollup_due due
      where due.lane = ${lane} and due.unit = '${unit}' and due.at = r.at
    )`;

/**
 * What is folded of `$counted`, each in a lane of its own, or all in one. An hour that is due is counted by
 * its minutes; a day by its hours.
 */
export function storedRollups(unit: RollupUnit, lane: Lane): string {
  const minutesOfHours = rollupsOf(
    'rollup_minute',
    dueOf('hour', 'h', lane),
    'h.at',
    `h.at + interval '1 hour'`,
    lane,
  );
  if (unit === 'minute') return rollupsOf('rollup_minute', '', '$from', '$to', lane);
  if (unit === 'hour') {
    return `${rollupsOf('rollup_hour', '', '$from', '$to', lane)}${isMade('hour', lane)}
    union all${minutesOfHours}`;
  }
  const hoursOfDays = rollupsOf(
    'rollup_hour',
    dueOf('day', 'd', lane),
    'd.at',
    `d.at + interval '1 day'`,
    lane,
  );
  return `${rollupsOf('rollup_day', '', '$from', '$to', lane)}${isMade('day', lane)}
    union all${hoursOfDays}${isMade('hour', lane)}
    union all${minutesOfHours}`;
}

/** What deltas say of `$counted`: a row for each bucket. */
export const freshRollups = (unfolded: string): string => `change as (
    ${changesIn(unfolded)}
  ),
  of_webhook as (
    ${byBucket('change', 'webhook_id, account_id, at, status, error_class')}
  ),
  fresh as (
    select
      c.id as counted_id, o.at, o.status, o.error_class, o.bucket, o.attempts, o.duration_ms, o.settled,
      o.reopened
    from
      of_webhook o
      left join webhook w on w.id = case when o.account_id is null then o.webhook_id end
      left join deleted_webhook gone
        on gone.id = case when o.account_id is null and w.id is null then o.webhook_id end
      join $counted as c on c.id = o.webhook_id
        or c.id = lpad(to_hex($account_id), 32, '0')::uuid
          and coalesce(o.account_id, w.account_id, gone.account_id) = $account_id
    where o.at >= $from and o.at < $to
  )`;

/** The columns of `fresh`, in the order of `bucketsOf`. */
export const FRESH = `select ${KEY}, bucket, attempts, duration_ms, settled, reopened from fresh`;

/** The rest of the statement: sums what is in `bucket_row`. */
export const rollupSums = (unit: RollupUnit): string => `keyed as (
    select
      case when $by_counted then counted_id end as counted_id,
      case when $by_at then ${startOf(unit, 'at')} end as at,
      case when $by_status then status end as status,
      case when $by_error then error_class end as error_class,
      status = 'success' as success, bucket, attempts, duration_ms, settled, reopened
    from bucket_row
    where ($statuses is null or status::text = any ($statuses))
      and ($errors is null or error_class = any ($errors))
  ),
  summed as (
    ${byBucket('keyed', `${KEY}, success`)}
  ),
  by_key as (
    select
      ${KEY}, bucket,
      sum(attempts)::bigint as attempts, sum(duration_ms)::bigint as duration_ms,
      sum(settled)::bigint as settled, sum(reopened)::bigint as reopened,
      coalesce(sum(attempts) filter (where success), 0)::bigint as succeeded,
      coalesce(sum(settled) filter (where success), 0)::bigint as settled_succeeded
    from summed
    group by ${KEY}, bucket
  )
select
  ${KEY},
  sum(attempts)::bigint as attempts, sum(succeeded)::bigint as succeeded,
  sum(duration_ms)::bigint as duration_ms, sum(settled)::bigint as settled,
  sum(settled_succeeded)::bigint as settled_succeeded, sum(reopened)::bigint as reopened,
  array_agg(bucket) filter (where bucket is not null) as buckets,
  array_agg(attempts::float8) filter (where bucket is not null) as bucket_counts
from by_key
group by ${KEY}`;
