import { integer, rows, text, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

export type ItemState = 'pending' | 'sent' | 'succeeded' | 'failed' | 'skipped';

/** What became of an item. */
export interface SettledItem {
  readonly webhookId: string;
  readonly invocationId: string;
  readonly from: ItemState;
  readonly to: ItemState;
  readonly reason: string | null;
  readonly attemptsCount: number;
  readonly targetId: string | null;
}

interface Params {
  readonly jobId: string;
  readonly items: readonly SettledItem[];
}

/**
 * Writes what became of items of a job, and counts it by webhook. A copy whose place another one takes is kept
 * beside it: it may have sent something, and an erasure has to find it.
 *
 * The items are looked up one by one: a join with a plan from when the table was small began with the items that it
 * expected of the job, and that were all 40,000 of one that had begun since, for each page.
 */
export const settleJobItems = query<Params, { moved: number }>(
  'settle-job-items',
  {
    job_id: uuid((p) => p.jobId),
    items: rows((p: Params) => p.items, {
      webhook_id: uuid((item) => item.webhookId),
      invocation_id: uuid((item) => item.invocationId),
      from_state: text((item) => item.from),
      to_state: text((item) => item.to),
      reason: text((item) => item.reason),
      attempts_count: integer((item) => item.attemptsCount),
      target_id: uuid((item) => item.targetId),
    }),
  },
  `with
found as (
  select
    t.*, s.from_state, s.to_state, s.reason, s.attempts_count, s.target_id
  from
    $items as s
    cross join lateral (
      select job_id, webhook_id, invocation_id
      from job_item
      where job_id = $job_id and webhook_id = s.webhook_id and invocation_id = s.invocation_id
        and state = s.from_state
      for update
    ) as t
),
settled as (
  update job_item i
  set
    state = f.to_state,
    reason = f.reason,
    attempts_count = f.attempts_count,
    target_id = f.target_id,
    earlier_target_ids = case
      when i.target_id is null or i.target_id is not distinct from f.target_id then i.earlier_target_ids
      else i.earlier_target_ids || i.target_id
    end
  from found f
  where i.job_id = f.job_id and i.webhook_id = f.webhook_id and i.invocation_id = f.invocation_id
  returning i.webhook_id, f.from_state, f.to_state
),
sums as (
  select
    webhook_id,
    count(*) as moved,
    count(*) filter (where to_state = 'sent')
      - count(*) filter (where from_state = 'sent' and to_state in ('pending', 'skipped')) as sent,
    count(*) filter (where to_state = 'succeeded') as succeeded,
    count(*) filter (where to_state = 'failed') as failed,
    count(*) filter (where to_state = 'skipped') as skipped
  from settled
  group by webhook_id
),
counted as (
  update job_webhook w
  set
    sent = w.sent + s.sent,
    succeeded = w.succeeded + s.succeeded,
    failed = w.failed + s.failed,
    skipped = w.skipped + s.skipped
  from sums s
  where w.job_id = $job_id and w.webhook_id = s.webhook_id
)
select coalesce(sum(moved), 0)::integer as moved from sums`,
);
