import { rows, smallint, text, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { DELTA_PARAMETERS, type Marked } from './parts/delta-mark.ts';
import { ENDED_DELTA } from './parts/ended-delta.ts';

interface Params extends Marked {
  readonly jobId: string;
  readonly lane: number;
  /** The webhook of the copies. */
  readonly webhookId: string;
  readonly ids: readonly string[];
  readonly reason: string;
  /** The end, as JSON for the history. */
  readonly entry: string;
}

/**
 * Ends copies of a job that nobody has begun to send; returns those. One whose lease was lost may have been
 * sent, so it stays.
 */
export const withdrawCopies = query<Params, { id: string; due_at: null }>(
  'withdraw-copies',
  {
    job_id: uuid((p) => p.jobId),
    lane: smallint((p) => p.lane),
    webhook_id: uuid((p) => p.webhookId),
    items: rows((p: Params) => p.ids, { id: uuid((id) => id) }),
    reason: text((p) => p.reason),
    entry: text((p) => p.entry),
    ...DELTA_PARAMETERS,
  },
  `with due as (
  select t.*
  from
    $items as s
    cross join lateral (
      select lane, webhook_id, id
      from invocation
      where lane = $lane and webhook_id = $webhook_id and id = s.id
        and manual and by_job and job_id = $job_id and not leased
        and attempts_count = 0 and lost_count = 0
      for update skip locked
    ) as t
),
ended as (
update invocation i
set
  status = 'failed', reason = $reason, reason_code = 'withdrawn', due_at = null, manual = false,
  by_job = false, history = coalesce(i.history || ',', '') || $entry
from due
where i.lane = due.lane and i.webhook_id = due.webhook_id and i.id = due.id
returning i.lane, i.webhook_id, i.id, i.status, i.error_class
),
appended as (
${ENDED_DELTA}
)
select id, null::timestamptz as due_at from ended`,
  { appendsIn: ({ lane }) => lane, oneLane: true },
);
