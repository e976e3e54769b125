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

/** Writes what became of items of a job. */
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
  `update erase_item i
set state = s.state, reason = s.reason, public_id = s.public_id
from $items as s
where i.job_id = $job_id and i.webhook_id = s.webhook_id and i.id = s.id and i.state = 'pending'`,
);
