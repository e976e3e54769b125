import { bigint, boolean, float8, smallint, text, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import {
  DELTA_COLUMNS,
  DELTA_PARAMETERS,
  DELTA_VALUES,
  IS_MARKED,
  type Marked,
} from './parts/delta-mark.ts';
import { LOST_CODE, lostEntry, MAX_HISTORY } from './parts/history.ts';

interface Params extends Marked {
  readonly accountId: number;
  /** The version of the account's directory by which the replay was allowed. */
  readonly version: number;
  readonly lane: number;
  readonly webhookId: string;
  readonly id: string;
  /** The history entry, with who asked, as JSON. */
  readonly entry: string;
  /** Leased to this node immediately, or only due. */
  readonly leased: boolean;
  readonly leaseMs: number;
}

export interface ReplayedRow {
  readonly event_id: string;
  readonly event_type: string;
  readonly attempts_count: number;
  readonly manual_count: number;
  readonly suspect_count: number;
  readonly blamed_count: number;
  readonly due_at: Date;
}

/**
 * Makes an invocation due for a manual attempt, whatever its state, and keeps the time of its next
 * retry, so the schedule resumes afterwards. Somebody asked for it, so nothing is held against it.
 * A success of an earlier version has no `delivered` yet, and loses its status if this attempt fails.
 * Returns no row while an attempt is in flight, none of an erased one, and none if the account's directory is newer than
 * the version: the webhook may have been deleted or paused on another node. That is one probe of
 * the primary key of `account`.
 */
export const replayInvocation = query<Params, ReplayedRow>(
  'replay-invocation',
  {
    account_id: bigint((p) => p.accountId),
    version: bigint((p) => p.version),
    lane: smallint((p) => p.lane),
    webhook_id: uuid((p) => p.webhookId),
    id: uuid((p) => p.id),
    entry: text((p) => p.entry),
    leased: boolean((p) => p.leased),
    lease_ms: float8((p) => p.leaseMs),
    ...DELTA_PARAMETERS,
  },
  `with
was as (
  select
    lane, webhook_id, id, due_at is null as final, status as old_status,
    case when leased then ${lostEntry('due_at')} || ',' else '' end as lost
  from invocation
  where lane = $lane and webhook_id = $webhook_id and id = $id and not (leased and due_at > now())
    and erased_at is null
    and exists (select from account where id = $account_id and directory_version = $version)
  for update
),
replayed as (
update invocation i
set
  resume_at = case when i.manual then i.resume_at else i.due_at end,
  manual = true,
  by_job = false,
  delivered = i.delivered or i.status = 'success',
  status = case when i.leased then 'unknown' else i.status end,
  reason = case when i.leased then null else i.reason end,
  reason_code = case when i.leased then '${LOST_CODE}' else i.reason_code end,
  lost_count = i.lost_count + i.leased::integer,
  suspect_count = least(i.suspect_count + i.leased::integer, 100),
  blamed_count = 0,
  begun = false,
  leased = $leased,
  history = case
    when length(i.history) > ${MAX_HISTORY} then i.history
    else coalesce(i.history || ',', '') || was.lost || $entry
  end,
  due_at = date_trunc('milliseconds', now())
    + case when $leased then $lease_ms else 0 end * interval '1 millisecond'
from was
where i.lane = was.lane and i.webhook_id = was.webhook_id and i.id = was.id
returning i.event_id, i.event_type, i.attempts_count, i.manual_count, i.suspect_count, i.blamed_count,
  i.due_at, i.lane, i.webhook_id, i.id, i.error_class, was.old_status, was.final
),
appended as (
insert into delta (
  ${DELTA_COLUMNS}, webhook_ids, lanes, invocation_ids, statuses, error_classes, settled
)
select
  ${DELTA_VALUES}, 'replayed', array_agg(webhook_id), array_agg(lane), array_agg(id), array_agg(old_status),
  array_agg(error_class), array_agg(final)
from replayed
having ${IS_MARKED} and count(*) > 0
)
select event_id, event_type, attempts_count, manual_count, suspect_count, blamed_count, due_at
from replayed`,
  { appendsIn: ({ lane }) => lane },
);
