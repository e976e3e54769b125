import { bigint, boolean, float8, smallint, text, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { LOST_CODE, lostEntry, MAX_HISTORY } from './parts/history.ts';

interface Params {
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
 * Returns no row while an attempt is in flight, and none if the account's directory is newer than
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
  },
  `update invocation
set
  resume_at = case when manual then resume_at else due_at end,
  manual = true,
  delivered = delivered or status = 'success',
  status = case when leased then 'unknown' else status end,
  reason = case when leased then null else reason end,
  reason_code = case when leased then '${LOST_CODE}' else reason_code end,
  lost_count = lost_count + leased::integer,
  suspect_count = least(suspect_count + leased::integer, 100),
  blamed_count = 0,
  begun = false,
  leased = $leased,
  history = case
    when length(history) > ${MAX_HISTORY} then history
    else coalesce(history || ',', '')
      || case when leased then ${lostEntry('due_at')} || ',' else '' end || $entry
  end,
  due_at = date_trunc('milliseconds', now())
    + case when $leased then $lease_ms else 0 end * interval '1 millisecond'
where lane = $lane and webhook_id = $webhook_id and id = $id and not (leased and due_at > now())
  and exists (select from account where id = $account_id and directory_version = $version)
returning event_id, event_type, attempts_count, manual_count, suspect_count, blamed_count, due_at`,
);
