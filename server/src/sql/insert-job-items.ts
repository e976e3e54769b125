import { integer, rows, text, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

export interface SelectedItem {
  readonly webhookId: string;
  readonly invocationId: string;
  readonly attemptsCount: number;
  readonly state: 'pending' | 'skipped';
  readonly reason: string | null;
}

interface Params {
  readonly jobId: string;
  readonly items: readonly SelectedItem[];
}

/** Adds a page to the selection of a job, and counts it by webhook. */
export const insertJobItems = query<Params, never>(
  'insert-job-items',
  {
    job_id: uuid((p) => p.jobId),
    items: rows((p: Params) => p.items, {
      webhook_id: uuid((item) => item.webhookId),
      invocation_id: uuid((item) => item.invocationId),
      attempts_count: integer((item) => item.attemptsCount),
      state: text((item) => item.state),
      reason: text((item) => item.reason),
    }),
  },
  `with added as (
  insert into job_item (job_id, webhook_id, invocation_id, attempts_count, state, reason)
  select $job_id, i.webhook_id, i.invocation_id, i.attempts_count, i.state, i.reason
  from $items as i
  returning webhook_id, state
)
insert into job_webhook as w (job_id, webhook_id, selected, skipped)
select $job_id, a.webhook_id, count(*), count(*) filter (where a.state = 'skipped')
from added a
group by a.webhook_id
on conflict (job_id, webhook_id) do update
  set selected = w.selected + excluded.selected, skipped = w.skipped + excluded.skipped`,
);
