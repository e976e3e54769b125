import { query } from '../database/query.ts';
import { uuidFromId } from '../model/ids.ts';
import { MAX_HISTORY } from './park-invocations.ts';

interface Params {
  readonly lane: number;
  readonly webhookId: string;
  readonly id: string;
  /** Who asked, as JSON for the history. */
  readonly entry: string;
  /** Leased to this node at once, or merely due. */
  readonly leased: boolean;
  readonly leaseMs: number;
}

export interface ReplayedRow {
  readonly event_id: string;
  readonly event_type: string;
  readonly attempts_count: number;
  readonly manual_count: number;
  readonly due_at: Date;
}

/**
 * Makes an invocation due for an attempt by hand, whatever its state; when it was to be tried again is
 * kept, for the schedule to go on. Returns nothing for one whose attempt is under way.
 */
export const replayInvocation = query<Params, ReplayedRow>(
  'replay-invocation',
  `update invocation
set
  resume_at = case when manual then resume_at else due_at end,
  manual = true,
  status = case when leased then 'unknown' else status end,
  lost_count = 0,
  leased = $5,
  history = case
    when length(history) > ${MAX_HISTORY} then history
    else coalesce(history || ',', '') || $4
  end,
  due_at = date_trunc('milliseconds', now())
    + case when $5 then $6::float8 else 0 end * interval '1 millisecond'
where lane = $1 and id = $2 and webhook_id = $3 and not (leased and due_at > now())
returning event_id, event_type, attempts_count, manual_count, due_at`,
  ({ lane, id, webhookId, entry, leased, leaseMs }) => [
    lane,
    uuidFromId(id),
    uuidFromId(webhookId),
    entry,
    leased,
    leaseMs,
  ],
);
