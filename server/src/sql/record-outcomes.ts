import {
  bigint,
  boolean,
  bytea,
  integer,
  rows,
  smallint,
  text,
  timestamptzMs,
  uuid,
} from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { commonDay } from '../model/common-day.ts';
import { ATTEMPT_STATUSES, type AttemptStatus } from '../model/delivery-status.ts';
import type { ErrorClass } from '../model/error-class.ts';
import type { ReasonCode } from '../model/reason-code.ts';
import {
  DELTA_COLUMNS,
  DELTA_PARAMETERS,
  DELTA_VALUES,
  IS_MARKED,
  type Marked,
} from './parts/delta-mark.ts';
import { MAX_HISTORY, NOW_TEXT, overtakenEntry } from './parts/history.ts';
import { EARLY_FROM, RECORDED_AT } from './parts/late-attempt.ts';

export interface OutcomeRow {
  readonly lane: number;
  readonly webhookId: string;
  readonly invocationId: string;
  readonly attemptId: string;
  /**
   * The lease under which the request was sent, as the database returned it, or the lease that its
   * node regained while the outcome waited for the database. 0, a lease that no row has, where
   * another request follows under the same lease: the attempt is recorded and decides nothing.
   */
  leasedUntilMs: number;
  readonly status: AttemptStatus;
  readonly statusCode: number | null;
  readonly completedAtMs: number;
  readonly durationMs: number;
  /** Packed; null if no connection was opened. */
  readonly phases: Uint8Array | null;
  /** The delay of the next attempt; null when this outcome is final. */
  readonly retryInMs: number | null;
  /** A manual attempt. */
  readonly manual: boolean;
  /** The retry schedule is unchanged, as if there had been no manual attempt. */
  readonly resumes: boolean;
  /** The retry schedule does not count it: we caused the outcome. */
  readonly uncounted: boolean;
  /** What follows; null after a success. */
  readonly reason: string | null;
  readonly reasonCode: ReasonCode | null;
  /** Also of a success whose answer had something wrong. */
  readonly errorClass: ErrorClass | null;
  readonly errorMessage: string | null;
  /** As sent, a key in the query masked; null when it could not be composed. */
  readonly requestMethod: string | null;
  readonly requestUrl: string | null;
  readonly requestHeaders: string;
  readonly responseHeaders: string | null;
  readonly responseBody: string | null;
  readonly responseLength: number | null;
  /** The kept bytes of the body, where its text is decoded. */
  readonly responseRaw: Uint8Array | null;
  /** Where its request is in a trace; it is not stored. */
  readonly traceContext?: string | undefined;
  /** For the counts of its account; without it, folding looks it up. */
  readonly accountId?: number;
}

/** What it did. */
export interface Recorded {
  readonly recorded: number;
  /** How many invocations became final, by status in the order of `ATTEMPT_STATUSES`. */
  readonly settled: readonly number[];
}

/** Counts, for the metrics: the rows are read anyway. */
const SETTLED = ATTEMPT_STATUSES.map(
  (status) => `count(*) filter (where settled and status = '${status}')`,
).join(', ');

interface Params extends Marked {
  readonly outcomes: readonly OutcomeRow[];
  /** An earlier try may have been committed although its response was lost. */
  readonly repeated: boolean;
}

/**
 * Records finished attempts and advances their invocations, in one statement.
 *
 * The number of an attempt is the count in its invocation's row, taken under that row's lock, so
 * numbers have no gaps and no duplicates, whichever nodes record. An outcome decides about its
 * invocation only while its lease holds. If another node took over meanwhile, the attempt is only
 * recorded; but a success still settles an unsettled invocation, because the receiver has the
 * event. That ends the lease of the node that took over, which may have sent its own request and die
 * before it records that: the history notes the lease as lost. Either way its node survived the request, so nothing is held against the invocation,
 * unless another request follows under the same lease.
 *
 * Statuses and times are computed in the first step, not in the update, where Citus refuses
 * functions on columns that are only stable (`citus-problems.ts`).
 *
 * What they did is appended as one delta, from the rows as they became. "settled" are those that this
 * outcome made final: "returning" shows no old values, so the row keeps the number that settled it.
 *
 * Outcomes of one day name its partitions: a plan over all of them costs 13 µs a statement for each
 * day (docs/decisions/day-statements.md). Others name the tables, and only the join selects the rows: a
 * bound on the ids would exclude partitions earlier, but PostgreSQL 18 then loses changes to rows that other
 * transactions have just changed (docs/decisions/no-id-bounds.md).
 *
 * Of an invocation that was erased, an attempt whose node was thought dead brings nothing back.
 *
 * Repeated attempts are found by a join, in a step of their own: Citus refuses a subquery that correlates
 * with arrays, and PostgreSQL turns "not exists" into a hash of all attempts while the partitions are
 * small, or were at the last analyze.
 */
export const recordOutcomes = query<Params, Recorded>(
  'record-outcomes',
  {
    outcomes: rows((p: Params) => p.outcomes, {
      lane: smallint((outcome) => outcome.lane),
      webhook_id: uuid((outcome) => outcome.webhookId),
      invocation_id: uuid((outcome) => outcome.invocationId),
      attempt_id: uuid((outcome) => outcome.attemptId),
      leased_until: timestamptzMs((outcome) => outcome.leasedUntilMs),
      status_name: text((outcome) => outcome.status),
      status_code: smallint((outcome) => outcome.statusCode),
      completed_at: timestamptzMs((outcome) => outcome.completedAtMs),
      duration_ms: integer((outcome) => outcome.durationMs),
      retry_in_ms: bigint((outcome) => outcome.retryInMs),
      reason: text((outcome) => outcome.reason),
      reason_code: text((outcome) => outcome.reasonCode),
      error_class: text((outcome) => outcome.errorClass),
      error_message: text((outcome) => outcome.errorMessage),
      request_method: text((outcome) => outcome.requestMethod),
      request_url: text((outcome) => outcome.requestUrl),
      request_headers: text((outcome) => outcome.requestHeaders),
      response_headers: text((outcome) => outcome.responseHeaders),
      response_body: text((outcome) => outcome.responseBody),
      response_length: integer((outcome) => outcome.responseLength),
      manual: boolean((outcome) => outcome.manual),
      resumes: boolean((outcome) => outcome.resumes),
      uncounted: boolean((outcome) => outcome.uncounted),
      response_raw: bytea((outcome) => outcome.responseRaw),
      account_id: bigint((outcome) => outcome.accountId ?? null),
      phases: bytea((outcome) => outcome.phases),
    }),
    repeated: boolean((p) => p.repeated),
    ...DELTA_PARAMETERS,
  },
  `with
  known as (
    select a.id
    from
      $outcomes as o
      join attempt@day a
        on a.lane = o.lane and a.invocation_id = o.invocation_id and a.id = o.attempt_id
    where $repeated
  ),
  outcome as (
    select
      o.*, o.status_name::delivery_status as status,
      o.leased_until = timestamptz 'epoch' as followed,
      case when o.manual then 'manual' end as trigger,
      now() + o.retry_in_ms * interval '1 millisecond' as retry_at,
      ${NOW_TEXT} as now_text
    from $outcomes as o
    where o.attempt_id not in (select id from known)
  ),
  moved as (
    update invocation@day i
    set
      attempts_count = i.attempts_count + 1,
      latest_at = greatest(i.latest_at, o.completed_at),
      status = case
        when i.due_at = o.leased_until then o.status
        when i.due_at is not null and o.status = 'success' then 'success'
        else i.status
      end,
      status_code = case
        when i.due_at = o.leased_until or (i.due_at is not null and o.status = 'success')
          then o.status_code
        else i.status_code
      end,
      reason = case
        when i.due_at = o.leased_until or (i.due_at is not null and o.status = 'success')
          then o.reason
        else i.reason
      end,
      reason_code = case
        when i.due_at = o.leased_until or (i.due_at is not null and o.status = 'success')
          then o.reason_code
        else i.reason_code
      end,
      error_class = case
        when i.due_at = o.leased_until or (i.due_at is not null and o.status = 'success')
          then o.error_class
        else i.error_class
      end,
      duration_ms = case
        when i.due_at = o.leased_until or (i.due_at is not null and o.status = 'success')
          then o.duration_ms
        else i.duration_ms
      end,
      trigger = case
        when i.due_at = o.leased_until or (i.due_at is not null and o.status = 'success')
          then case when o.manual and i.by_job then 'job' else o.trigger end
        else i.trigger
      end,
      delivered = i.delivered or o.status = 'success',
      due_at = case
        when i.due_at = o.leased_until then
          case
            when o.resumes then i.resume_at
            else o.retry_at
          end
        when o.status = 'success' then null
        else i.due_at
      end,
      resume_at = case
        when i.due_at = o.leased_until or o.status = 'success' then null
        else i.resume_at
      end,
      manual = i.manual and i.due_at <> o.leased_until and o.status <> 'success',
      manual_count = i.manual_count + (o.manual or o.uncounted)::integer,
      leased = i.leased and i.due_at <> o.leased_until and o.status <> 'success',
      lost_count = i.lost_count
        + (i.leased and i.due_at <> o.leased_until and o.status = 'success')::integer,
      history = case
        when not (i.leased and i.due_at <> o.leased_until and o.status = 'success')
          or length(i.history) > ${MAX_HISTORY} then i.history
        else coalesce(i.history || ',', '') || ${overtakenEntry('o.now_text')}
      end,
      begun = i.begun and o.followed,
      blamed_count = case when o.followed then i.blamed_count else 0 end,
      suspect_count = case when o.followed then i.suspect_count else 0 end,
      settled_number = case
        when i.due_at = o.leased_until then
          case
            when case when o.resumes then i.resume_at else o.retry_at end is null
              then i.attempts_count + 1
          end
        when i.due_at is not null and o.status = 'success' then i.attempts_count + 1
        else i.settled_number
      end
    from outcome o
    where i.lane = o.lane and i.webhook_id = o.webhook_id and i.id = o.invocation_id
    returning
      i.attempts_count as number,
      coalesce(i.settled_number = i.attempts_count, false) as settled,
      i.erased_at is null as kept,
      o.*
  ),
  added as (
    insert into attempt@day (
      lane, invocation_id, number, id, status, status_code, duration_ms, error_message,
      method, url, request_headers, response_headers, response_body, response_length, response_raw,
      reason, manual, error_class, phases, recorded_at, early
    )
    select
      lane, invocation_id, number, attempt_id, status, status_code, duration_ms,
      case when kept then error_message end, request_method, case when kept then request_url end,
      case when kept then request_headers end, case when kept then response_headers end,
      case when kept then response_body end, response_length, case when kept then response_raw end,
      case when kept then reason end, manual, error_class, phases, ${RECORDED_AT},
      case when invocation_id >= (select ${EARLY_FROM}) then true end
    from moved
  ),
  appended as (
    insert into delta@day (
      ${DELTA_COLUMNS}, webhook_ids, lanes, invocation_ids, statuses, error_classes, settled, numbers,
      status_codes, durations_ms, completed_at, account_ids
    )
    select
      ${DELTA_VALUES}, 'attempted', array_agg(webhook_id), array_agg(lane), array_agg(invocation_id),
      array_agg(status), array_agg(error_class), array_agg(settled), array_agg(number),
      array_agg(status_code), array_agg(duration_ms), array_agg(completed_at),
      array_agg(account_id)
    from moved
    having ${IS_MARKED}
  )
select count(*)::integer as recorded, array[${SETTLED}]::integer[] as settled from moved`,
  {
    appendsIn: ({ outcomes }) => outcomes[0]?.lane,
    lanesOf: ({ outcomes }) => outcomes.map(({ lane }) => lane),
    dayOf: ({ mark, outcomes }) =>
      commonDay(
        mark === undefined ? [] : [mark.writer],
        outcomes.map(({ invocationId }) => invocationId),
      ),
  },
);
