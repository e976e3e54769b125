import { float8, integer, rows, smallint, timestamptzMs, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { BLAME_WAITS_S, BLAMES_TO_GIVE_UP } from '../model/suspicion.ts';
import { LOST_CODE, lostEntry, MAX_HISTORY } from './parts/history.ts';

export interface WantedWebhook {
  readonly webhookId: string;
  /** How many of its invocations the node has room for. */
  readonly room: number;
  /** Only what is due from then on is looked at, in milliseconds since 1970; all by default. */
  readonly fromMs?: number;
}

interface Params {
  readonly lane: number;
  readonly wanted: readonly WantedWebhook[];
  readonly leaseMs: number;
}

export interface ClaimedRow {
  readonly id: string;
  readonly webhook_id: string;
  readonly event_id: string;
  readonly event_type: string;
  readonly attempts_count: number;
  readonly manual: boolean;
  /** The job whose manual attempt is due. */
  readonly job_id: string | null;
  readonly manual_count: number;
  readonly suspect_count: number;
  readonly blamed_count: number;
  /** False for an invocation that may have killed its node: it waits until `due_at`. */
  readonly leased: boolean;
  /** A lease of it had ended without an outcome. */
  readonly lost: boolean;
  /** The lease's end, or when it is due again. */
  readonly due_at: Date;
  /** When it was due, in milliseconds since 1970. */
  readonly was_due_ms: number;
}

/**
 * Leases due invocations of one lane, longest due first, up to the room of each webhook. Each
 * webhook is one range of `invocation_due`, so a million due rows of one do not slow its neighbours
 * down; ordering the whole lane by due_at, the obvious way, would read past all of them. A due row
 * that is still leased belonged to a node that died or lost its lease: whether the receiver saw
 * that attempt is unknown, and the history says so.
 *
 * If its node had recorded that it was about to send this very invocation, the invocation may have
 * killed the node: it is not leased now, but waits, longer each time (`suspicion.ts`).
 *
 * The update joins on the lane that was read, not on $lane: where a partition has no statistics
 * yet, "lane = $lane" looks cheap to PostgreSQL, which then reads the whole lane to find a few
 * rows.
 */
export const claimInvocations = query<Params, ClaimedRow>(
  'claim-invocations',
  {
    lane: smallint((p) => p.lane),
    wanted: rows((p: Params) => p.wanted, {
      webhook_id: uuid((webhook) => webhook.webhookId),
      room: integer((webhook) => webhook.room),
      from_at: timestamptzMs(({ fromMs = 0 }) => fromMs),
    }),
    lease_ms: float8((p) => p.leaseMs),
  },
  `with
  clock as (
    select
      date_trunc('milliseconds', now()) + $lease_ms * interval '1 millisecond' as leased_until
  ),
  taken as (
    select
      t.lane, t.webhook_id, t.id, t.leased, t.leased and t.begun as blamed,
      case when t.leased and t.begun and t.blamed_count + 1 < ${BLAMES_TO_GIVE_UP}
        then date_trunc('milliseconds', now()) + interval '1 second'
          * (array[${BLAME_WAITS_S.join(', ')}])[t.blamed_count + 1]
      end as waits_until,
      ${lostEntry('t.due_at')} as entry,
      extract(epoch from t.due_at)::float8 * 1000 as was_due_ms
    from
      $wanted as w
      cross join lateral (
        select lane, webhook_id, id, leased, begun, blamed_count, due_at
        from invocation
        where lane = $lane and webhook_id = w.webhook_id
          and due_at >= w.from_at and due_at <= now()
        order by due_at
        limit w.room
        for update skip locked
      ) as t
  )
update invocation i
set
  due_at = coalesce(taken.waits_until, clock.leased_until),
  leased = taken.waits_until is null,
  begun = false,
  blamed_count = i.blamed_count + taken.blamed::integer,
  status = case when taken.leased then 'unknown' else i.status end,
  reason = case when taken.leased then null else i.reason end,
  reason_code = case when taken.leased then '${LOST_CODE}' else i.reason_code end,
  lost_count = i.lost_count + taken.leased::integer,
  suspect_count = least(i.suspect_count + taken.leased::integer, 100),
  history = case
    when not taken.leased or length(i.history) > ${MAX_HISTORY} then i.history
    else coalesce(i.history || ',', '') || taken.entry
  end
from taken, clock
where i.lane = taken.lane and i.webhook_id = taken.webhook_id and i.id = taken.id
returning
  i.id, i.webhook_id, i.event_id, i.event_type, i.attempts_count, i.manual, i.manual_count,
  case when i.manual and i.by_job then i.job_id end as job_id,
  i.suspect_count, i.blamed_count, i.leased, i.due_at, taken.leased as lost, taken.was_due_ms`,
  { lanesOf: ({ lane }) => [lane], oneLane: true },
);
