import { idArray, int2Array } from '@hooktrail/server/binary-arrays';
import { laneOf } from '@hooktrail/server/lanes';
import { eventText } from '../wire/event-text.ts';
import { laneSql } from './lane-sql.ts';
import { makeDays } from './make-days.ts';
import type { ListedAccount } from './make-listed-account.ts';
import type { Place } from './start-place.ts';

interface Filling {
  readonly account: ListedAccount;
  readonly count: number;
  /** The invocations are created at even intervals from `fromMs` to just before `toMs`. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly eventBytes: number;
  /** Every such invocation was answered with 418. */
  readonly rareEvery: number;
}

/** Some two seconds of work, far below the statement timeout of 20 s. */
const ROWS = 50_000;
const WRITERS = 2;

/** Invocations of one event: lists read the events of a page, and a fan-out is usual. */
const FAN_OUT = 20;

/** Ids that each part of the statement computes alike, from a number and a time. */
const id = (kind: string, number: string, ms: string) =>
  `(lpad(to_hex(${ms}), 12, '0') || substr(md5('${kind} ' || $9 || ' ' || ${number}), 1, 20))::uuid`;

/** Of 1,000: 985 successes, 10 that ended with a 500, and 5 that wait after a 503. */
const STATEMENT = `with
  numbered as materialized (
    select
      n, n / ${FAN_OUT} as event, $3::bigint + (n * $4::float8)::bigint as ms,
      $3::bigint + ((n / ${FAN_OUT} * ${FAN_OUT}) * $4::float8)::bigint as event_ms,
      case
        when n % $8::bigint = $8::bigint / 2 then 418
        when n % 1000 < 10 then 500
        when n % 1000 < 15 then 503
        else 200
      end::smallint as code,
      case when n % 7 = 3 then 2 else 1 end as attempts,
      (1 + n * 7919 % cardinality($5::uuid[]))::integer as at
    from generate_series($1::bigint, $2::bigint) as n
  ),
  events as (
    insert into event (account_id, lane, id, type, body)
    select $9::bigint, l.lane, e.id, 'bench.listed', $7
    from
      (select ${id('event', 'event', 'event_ms')} as id from numbered where n % ${FAN_OUT} = 0) as e
      cross join lateral ${laneSql('e.id')} as l
  )
insert into invocation (
  lane, id, webhook_id, event_id, event_type, status, status_code, attempts_count, latest_at, due_at,
  duration_ms, reason_code, delivered
)
select
  ($6::smallint[])[at], ${id('invocation', 'n', 'ms')}, ($5::uuid[])[at],
  ${id('event', 'event', 'event_ms')}, 'bench.listed',
  case code when 200 then 'success' when 418 then 'client error' else 'server error' end::delivery_status,
  code, attempts, to_timestamp((ms + attempts * 20) / 1000.0),
  case code when 503 then now() + interval '1 day' end, 20,
  case code when 500 then 'exhausted' when 503 then 'retry' when 418 then 'not retried' end, code = 200
from numbered`;

/**
 * Puts invocations of an account on the record, evenly over its webhooks, without their attempts, which no
 * list reads. The rows go through all indexes and the log as in production, but many per statement.
 */
export async function fillInvocations(
  place: Place,
  { account, count, eventBytes, fromMs, rareEvery, toMs }: Filling,
): Promise<void> {
  const { trail } = place;
  await makeDays(place, fromMs);
  const values = [
    fromMs,
    (toMs - fromMs) / count,
    idArray(account.webhookIds),
    int2Array(account.webhookIds.map(laneOf)),
    eventText('bench.listed', eventBytes),
    rareEvery,
    account.id,
  ];
  let next = 0;
  async function write(): Promise<void> {
    while (next < count) {
      const first = next;
      next += ROWS;
      await trail.sql(STATEMENT, [first, Math.min(count, next) - 1, ...values]);
    }
  }
  await Promise.all(Array.from({ length: WRITERS }, write));
}
