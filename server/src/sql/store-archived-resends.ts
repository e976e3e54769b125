import {
  boolean,
  bytea,
  float8,
  integer,
  rows,
  scalar,
  smallint,
  text,
  timestamptzMs,
  uuid,
} from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { AttemptStatus } from '../model/delivery-status.ts';
import { RESENDS_AFTER } from '../model/resend-numbers.ts';

/** A request that is about to be sent again. */
export interface BegunResend {
  readonly invocationId: string;
  readonly attemptId: string;
}

interface Begin {
  readonly lane: number;
  readonly webhookId: string;
  readonly resends: readonly BegunResend[];
  /** The act, or the job. */
  readonly resendId: string;
  readonly jobId: string | null;
  readonly requestedBy: string;
  /** The webhook of ours that gets it; null: its own endpoint. */
  readonly targetWebhookId: string | null;
  /** Also what was delivered. */
  readonly again: boolean;
  /** After so long without an outcome it counts as lost. */
  readonly lostMs: number;
}

/**
 * Puts requests on the record as in flight before they are sent: whatever dies then, the receiver saw nothing
 * that is not there. Returns those that it took: not what another resend has in flight.
 */
export const beginArchivedResends = query<Begin, { id: string; number: number }>(
  'store-archived-resends',
  {
    lane: smallint((p) => p.lane),
    webhook_id: uuid((p) => p.webhookId),
    resends: rows((p: Begin) => p.resends, {
      invocation_id: uuid((one) => one.invocationId),
      attempt_id: uuid((one) => one.attemptId),
    }),
    resend_id: uuid((p) => p.resendId),
    job_id: uuid((p) => p.jobId),
    requested_by: text((p) => p.requestedBy),
    target_webhook_id: uuid((p) => p.targetWebhookId),
    again: boolean((p) => p.again),
    lost_ms: float8((p) => p.lostMs),
  },
  `with
free as (
  select t.*
  from
    $resends as r
    cross join lateral (
      select lane, webhook_id, id
      from archive_invocation
      where lane = $lane and webhook_id = $webhook_id and id = r.invocation_id
        and erased_at is null and (resending_until is null or resending_until <= now())
        and ($again or not delivered)
      for update
    ) as t
),
begun as (
  update archive_invocation i
  set
    resends_count = i.resends_count + 1,
    resending_until = now() + $lost_ms * interval '1 millisecond',
    job_id = coalesce($job_id, i.job_id)
  from free
  where i.lane = free.lane and i.webhook_id = free.webhook_id and i.id = free.id
  returning i.id, i.resends_count
),
made as (
  insert into archive_attempt (
    lane, webhook_id, invocation_id, id, number, status, completed_at, sent, resend_id, job_id,
    requested_by, target_webhook_id
  )
  select
    $lane, $webhook_id, b.id, r.attempt_id, ${RESENDS_AFTER} + b.resends_count, 'unknown', now(), true,
    $resend_id, $job_id, $requested_by, $target_webhook_id
  from begun b
  join $resends as r on r.invocation_id = b.id
)
select id, ${RESENDS_AFTER} + resends_count as number from begun`,
  { oneLane: true },
);

interface Outcome {
  readonly lane: number;
  readonly webhookId: string;
  readonly invocationId: string;
  readonly number: number;
  readonly status: AttemptStatus;
  readonly statusCode: number | null;
  readonly completedAtMs: number;
  readonly durationMs: number;
  readonly phases: Buffer | null;
  readonly reason: string | null;
  readonly errorClass: string | null;
  readonly errorMessage: string | null;
  readonly method: string | null;
  readonly url: string | null;
  /** JSON texts of [name, value, name, value, ...]. */
  readonly requestHeaders: string;
  readonly responseHeaders: string | null;
  readonly responseBody: string | null;
  readonly responseLength: number | null;
  readonly responseRaw: Buffer | null;
  /** Its own endpoint has received it. */
  readonly delivered: boolean;
}

/**
 * Records how a resend ended. What the service said of the invocation stays. It locks the invocation before the
 * attempt, as an erasure does: the outcome of a resend that counted as lost waits for it, and brings nothing back.
 */
export const recordArchivedResend = query<Outcome, { id: string }>(
  'store-archived-resend-outcome',
  {
    lane: smallint((p) => p.lane),
    webhook_id: uuid((p) => p.webhookId),
    invocation_id: uuid((p) => p.invocationId),
    number: integer((p) => p.number),
    status: scalar<AttemptStatus>('delivery_status')((p: Outcome) => p.status),
    status_code: smallint((p) => p.statusCode),
    completed_at: timestamptzMs((p) => p.completedAtMs),
    duration_ms: integer((p) => p.durationMs),
    phases: bytea((p) => p.phases),
    reason: text((p) => p.reason),
    error_class: text((p) => p.errorClass),
    error_message: text((p) => p.errorMessage),
    method: text((p) => p.method),
    url: text((p) => p.url),
    request_headers: text((p) => p.requestHeaders),
    response_headers: text((p) => p.responseHeaders),
    response_body: text((p) => p.responseBody),
    response_length: integer((p) => p.responseLength),
    response_raw: bytea((p) => p.responseRaw),
    delivered: boolean((p) => p.delivered),
  },
  `with kept as (
  select id
  from archive_invocation
  where lane = $lane and webhook_id = $webhook_id and id = $invocation_id and erased_at is null
  for update
),
recorded as (
  update archive_attempt a
  set
    status = $status,
    status_code = $status_code,
    completed_at = $completed_at,
    duration_ms = $duration_ms,
    phases = $phases,
    reason = $reason,
    error_class = $error_class,
    error_message = $error_message,
    method = $method,
    url = $url,
    request_headers = $request_headers,
    response_headers = $response_headers,
    response_body = $response_body,
    response_length = $response_length,
    response_raw = $response_raw
  from kept k
  where a.lane = $lane and a.webhook_id = $webhook_id and a.invocation_id = $invocation_id
    and a.invocation_id = k.id and a.number = $number and a.status = 'unknown'
  returning a.invocation_id
)
update archive_invocation i
set
  resending_until = case when i.resends_count + ${RESENDS_AFTER} = $number then null else i.resending_until end,
  delivered = i.delivered or $delivered
from recorded r
where i.lane = $lane and i.webhook_id = $webhook_id and i.id = r.invocation_id
returning i.id`,
);
