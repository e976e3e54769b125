import { rows, text, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/** What became of an item. */
export interface SettledErasure {
  readonly webhookId: string;
  readonly id: string;
  readonly state: 'erased' | 'skipped';
  readonly reason: string | null;
  /** What its publisher knows the event by. */
  readonly publicId: string | null;
}

interface Params {
  readonly jobId: string;
  readonly items: readonly SettledErasure[];
}

/** Writes what became of items of a job, which are looked up one by one for the reason of `settle-job-items`. */
export const settleEraseItems = query<Params, never>(
  'settle-erase-items',
  {
    job_id: uuid((p) => p.jobId),
    items: rows((p: Params) => p.items, {
      webhook_id: uuid((item) => item.webhookId),
      id: uuid((item) => item.id),
      state: text((item) => item.state),
      reason: text((item) => item.reason),
      public_id: text((item) => item.publicId),
    }),
  },
  `with found as (
  select t.*, s.state, s.reason, s.public_id
  from
    $items as s
    cross join lateral (
      select job_id, webhook_id, id
      from erase_item
      where job_id = $job_id and webhook_id = s.webhook_id and id = s.id and state = 'pending'
      for update
    ) as t
)
update erase_item i
set state = f.state, reason = f.reason, public_id = f.public_id
from found f
where i.job_id = f.job_id and i.webhook_id = f.webhook_id and i.id = f.id`,
);
