import { bigint, bigints, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { LANES } from '../model/lanes.ts';
import {
  byBucket,
  COUNTED_COLUMNS,
  changesIn,
  SUM_COLUMNS,
  SUMS,
  startOf,
} from './parts/rollup-counts.ts';

interface Params {
  readonly writer: string;
  /** Ascending, and near one another: before PostgreSQL 17, what lies between is read too. */
  readonly numbers: readonly number[];
  /** A new id: a fold adds rows and changes none. */
  readonly fold: string;
}

const KEY = 'lane, counted_id, at, status, error_class';

/**
 * Counts deltas into the minutes of their webhooks and accounts, and marks the hours and days of
 * these minutes as due. The marks are locked where they exist: who makes an hour deletes its
 * mark first and reads its minutes then, so one of both waits for the other, and no minute is missed.
 * They are locked in one order, so two folds cannot deadlock. `where false` locks them and makes no new version: a
 * hundred of these a second would stay as long as a transaction of somebody else is open.
 */
export const foldDeltas = query<Params, never>(
  'fold-deltas',
  {
    writer: uuid((p) => p.writer),
    numbers: bigints((p) => p.numbers),
    first: bigint((p) => p.numbers[0] ?? 0),
    last: bigint((p) => p.numbers.at(-1) ?? 0),
    fold: uuid((p) => p.fold),
  },
  `with
  folded as (
    select ${COUNTED_COLUMNS}
    from delta
    where writer = $writer and number >= $first and number <= $last and number = any ($numbers)
  ),
  change as (
    ${changesIn('folded')}
  ),
  of_webhook as (
    ${byBucket('change', 'lane, webhook_id, account_id, at, status, error_class')}
  ),
  owned as (
    select
      o.at, o.status, o.error_class, o.bucket, o.attempts, o.duration_ms, o.settled, o.reopened,
      coalesce(o.account_id, w.account_id, gone.account_id) as account_id
    from
      of_webhook o
      left join webhook w on w.id = case when o.account_id is null then o.webhook_id end
      left join deleted_webhook gone
        on gone.id = case when o.account_id is null and w.id is null then o.webhook_id end
  ),
  counted as (
    select
      lane, webhook_id as counted_id, at, status, error_class, bucket, attempts, duration_ms, settled,
      reopened
    from of_webhook
    union all
    select
      (account_id % ${LANES})::smallint, lpad(to_hex(account_id), 32, '0')::uuid, at, status,
      error_class, bucket, sum(attempts)::bigint, sum(duration_ms)::bigint, sum(settled)::bigint,
      sum(reopened)::bigint
    from owned
    where account_id is not null
    group by account_id, at, status, error_class, bucket
  ),
  added as (
    insert into rollup_minute (${KEY}, fold, ${SUM_COLUMNS})
    select ${KEY}, $fold, ${SUMS}
    from counted
    group by ${KEY}
  ),
  touched as (
    select distinct lane, ${startOf('hour', 'at')} as hour from counted
  )
insert into rollup_due as due (lane, unit, at)
select lane, unit, at
from (
  select lane, 'hour' as unit, hour as at from touched
  union
  select lane, 'day', ${startOf('day', 'hour')} from touched
) as marks
order by lane, unit, at
on conflict (lane, unit, at) do update set at = excluded.at where false`,
);
