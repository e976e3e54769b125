import { idArray, int2Array } from '@hooktrail/server/binary-arrays';
import { laneOf } from '@hooktrail/server/lanes';
import { eventText } from '../wire/event-text.ts';
import { laneSql } from './lane-sql.ts';
import { makeDays } from './make-days.ts';
import { settleTrail } from './settle-trail.ts';
import type { Place } from './start-place.ts';
import type { BenchWebhook } from './webhooks.ts';

/** A history to put on the record. */
export interface History {
  readonly count: number;
  /** The invocations are created at even intervals from `fromMs` to just before `toMs`. */
  readonly fromMs: number;
  readonly toMs: number;
  /** The first has every second invocation, the others share the rest. */
  readonly webhooks: readonly BenchWebhook[];
  /** Every such invocation of the first webhook is a client error, for searches to find. */
  readonly rareEvery: number;
  readonly eventBytes: number;
  /** Each event, request and answer has words of its own: the event number n has `wn`. */
  readonly distinct?: boolean;
}

/** Rows of one statement: one or two seconds of work, far below the statement timeout of 20 s. */
const ROWS = 20_000;
const WRITERS = 2;

/** As long as the headers of a real request. */
const REQUEST_HEADERS = JSON.stringify(
  [
    ['accept', '*/*', 'content-type', 'application/json', 'user-agent', 'Hooktrail'],
    ['x-zendesk-account-id', '1', 'x-zendesk-webhook-id', '01KC3Z0000000000000000000A'],
    ['x-zendesk-webhook-invocation-id', '01KC3Z0000000000000000000B'],
    ['x-zendesk-webhook-signature', 'q'.repeat(44)],
    ['x-zendesk-webhook-signature-timestamp', '2026-01-08T22:57:22Z'],
  ].flat(),
);
const RESPONSE_HEADERS = '["Content-Type","text/plain","Content-Length","2"]';

/**
 * Derives ids from the row's number and time alone, so each statement part computes the same ids.
 */
const id = (kind: string, ms: string) =>
  `(lpad(to_hex(${ms}), 12, '0') || substr(md5('${kind}' || n), 1, 20))::uuid`;

/** What differs between the rows: SQL expressions. */
interface Texts {
  readonly body: string;
  readonly requestHeaders: string;
  readonly responseHeaders: string;
  readonly responseBody: string;
}

const EQUAL: Texts = {
  body: '$7::text',
  requestHeaders: '$9::text',
  responseHeaders: '$10::text',
  responseBody: `'ok'`,
};

/** About a dozen words of each event and its attempts are in no other. */
const DISTINCT: Texts = {
  body: `format(
    '{"id":"w%s","reference":"%s","customer":"%s","email":"user%s@example.com","sku":"SKU-%s","event":%s}',
    n, md5('r' || n), md5((n % 50000)::text), n % 50000, n % 5000, $7::text
  )`,
  requestHeaders: `replace(replace($9::text, repeat('q', 44), md5('s' || n || number)), '01KC3Z0000000000000000000B', upper(substr(md5('i' || n), 1, 26)))`,
  responseHeaders: `format('["Content-Type","application/json","X-Request-Id","%s",%s', md5('q' || n || number), substr($10::text, 2))`,
  responseBody: `format('{"received":"%s"}', md5('a' || n || number))`,
};

const statement = (texts: Texts) => `with
  numbered as materialized (
    select n, $3::bigint + (n * $4::float8)::bigint as ms
    from generate_series($1::bigint, $2::bigint) as n
  ),
  spread as materialized (
    select
      n, ms, ${id('event', 'ms')} as event_id, ${id('invocation', 'ms')} as invocation_id,
      w.lane, w.webhook_id,
      case when w.at = 1 and n % $8::bigint = 0 then 'client error' else 'success' end as status,
      case when n % 5 = 1 then 2 else 1 end as attempts
    from numbered
    cross join lateral (
      select case when n % 2 = 0 then 1 else 2 + (n / 2) % greatest(1, cardinality($5::uuid[]) - 1) end as at
    ) as turn
    cross join lateral (
      select turn.at, ($5::uuid[])[turn.at] as webhook_id, ($6::smallint[])[turn.at] as lane
    ) as w
  ),
  events as (
    insert into event (account_id, lane, id, type, body)
    select 1, l.lane, event_id, 'bench.history', ${texts.body}
    from spread cross join lateral ${laneSql('event_id')} as l
  ),
  invocations as (
    insert into invocation (
      lane, id, webhook_id, event_id, event_type, status, status_code, attempts_count, latest_at
    )
    select
      lane, invocation_id, webhook_id, event_id, 'bench.history', status::delivery_status,
      case status when 'success' then 200 else 400 end, attempts,
      to_timestamp((ms + attempts * 20) / 1000.0)
    from spread
  )
insert into attempt (
  lane, invocation_id, id, number, status, status_code, duration_ms, request_headers,
  response_headers, response_body, response_length, recorded_at, reason
)
select
  lane, invocation_id, ${id('attempt', 'ms + number * 20')}, number,
  case when number < attempts then 'server error' else status end::delivery_status,
  case when number < attempts then 500 when status = 'success' then 200 else 400 end,
  20, ${texts.requestHeaders}, ${texts.responseHeaders}, ${texts.responseBody}, 2, to_timestamp((ms + number * 20) / 1000.0),
  case when number < attempts then 'retry 1 of 9 after 5 s, as scheduled' end
from spread cross join lateral generate_series(1, attempts) as number`;

/**
 * Puts delivered invocations on the record, each with its event, and every fifth with a first
 * attempt that failed. The rows go through all indexes and the log as in production, but many per
 * statement. Afterwards it vacuums and analyses the tables and makes a checkpoint, as on a
 * server that was idle for days.
 */
export async function fillTrail(place: Place, history: History): Promise<void> {
  const { hooktrail, trail } = place;
  const { count, fromMs, toMs, webhooks, rareEvery, eventBytes, distinct = false } = history;
  await makeDays(place, fromMs);
  const ids = webhooks.map((webhook) => webhook.id);
  const values = [
    fromMs,
    (toMs - fromMs) / count,
    idArray(ids),
    int2Array(ids.map(laneOf)),
    eventText('bench.history', eventBytes),
    rareEvery,
    REQUEST_HEADERS,
    RESPONSE_HEADERS,
  ];
  const text = statement(distinct ? DISTINCT : EQUAL);
  let next = 0;
  async function write(): Promise<void> {
    while (next < count) {
      const first = next;
      next += ROWS;
      await trail.sql(text, [first, Math.min(count, next) - 1, ...values]);
    }
  }
  await Promise.all(Array.from({ length: WRITERS }, write));
  await settleTrail(hooktrail.databaseUrl, fromMs, toMs);
}
