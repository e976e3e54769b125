import {
  bigint,
  boolean,
  rows,
  smallint,
  texts,
  timestamptz,
  uuid,
} from '../database/parameters.ts';
import { type Parameters, query } from '../database/query.ts';
import type { DeliveryStatus, ListedStatus } from '../model/delivery-status.ts';
import { bucketsOf, byBucket, COUNTED_COLUMNS, changesIn, startOf } from './parts/rollup-counts.ts';

/** A webhook, or the account as a whole, and where its counts lie. */
export interface Counted {
  readonly lane: number;
  readonly id: string;
}

interface Params {
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
  /** So many deltas of each writer are counted beside what is folded. */
  readonly unfolded: number;
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

const PARAMETERS: Parameters<Params> = {
  counted: rows((p: Params) => p.counted, {
    lane: smallint((row) => row.lane),
    id: uuid((row) => row.id),
  }),
  account_id: bigint((p) => p.accountId),
  from: timestamptz((p) => p.from),
  to: timestamptz((p) => p.to),
  by_counted: boolean((p) => p.by.counted),
  by_at: boolean((p) => p.by.at),
  by_status: boolean((p) => p.by.status),
  by_error: boolean((p) => p.by.error),
  statuses: texts((p) => p.statuses),
  errors: texts((p) => p.errors),
  unfolded: bigint((p) => p.unfolded),
};

const KEY = 'counted_id, at, status, error_class';
const SUMMED = 'attempts, duration_ms, settled, reopened, buckets, bucket_counts';

const rollupsOf = (table: string, due: string, from: string, to: string): string => `
    select r.*
    from
      $counted as c${due}
      cross join lateral (
        select ${KEY}, ${SUMMED}
        from ${table}
        where lane = c.lane and counted_id = c.id and at >= ${from} and at < ${to}
        offset 0
      ) as r`;

const dueOf = (unit: 'hour' | 'day', name: string): string => `
      cross join lateral (
        select at from rollup_due
        where lane = c.lane and unit = '${unit}' and at >= $from and at < $to
        offset 0
      ) as ${name}`;

const isMade = (unit: 'hour' | 'day'): string => `
    where not exists (
      select from rollup_due due
      where due.lane = c.lane and due.unit = '${unit}' and due.at = r.at
    )`;

/** An hour that is due is counted by its minutes; a day by its hours. */
const STORED: Readonly<Record<RollupUnit, string>> = {
  minute: rollupsOf('rollup_minute', '', '$from', '$to'),
  hour: `${rollupsOf('rollup_hour', '', '$from', '$to')}${isMade('hour')}
    union all${rollupsOf('rollup_minute', dueOf('hour', 'h'), 'h.at', `h.at + interval '1 hour'`)}`,
  day: `${rollupsOf('rollup_day', '', '$from', '$to')}${isMade('day')}
    union all${rollupsOf('rollup_hour', dueOf('day', 'd'), 'd.at', `d.at + interval '1 day'`)}${isMade('hour')}
    union all${rollupsOf('rollup_minute', dueOf('hour', 'h'), 'h.at', `h.at + interval '1 hour'`)}`,
};

/**
 * Sums what is folded, and what is not folded yet, in one snapshot: a delta counts by its rollups or by
 * itself, never both.
 */
const reading = (unit: RollupUnit): string => `with
  stored as (${STORED[unit]}
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
  change as (
    ${changesIn('unfolded')}
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
  ),
  bucket_row as (
    ${bucketsOf('stored', KEY)}
    union all
    select ${KEY}, bucket, attempts, duration_ms, settled, reopened from fresh
  ),
  keyed as (
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

const statement = (unit: RollupUnit) =>
  query<Params, RollupRow>(`read-rollups-by-${unit}`, PARAMETERS, reading(unit));

/** The counts of webhooks or of an account in whole minutes, hours or days. */
export const readMinutes = statement('minute');
export const readHours = statement('hour');
export const readDays = statement('day');
