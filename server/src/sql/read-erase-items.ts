import { bigint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Pending {
  readonly jobId: string;
  readonly limit: number;
}

/** What a job erases next. */
export interface EraseItemRow {
  readonly webhook_id: string;
  readonly id: string;
  readonly archived: boolean;
}

/** Reads what a job erases next. */
export const readEraseItems = query<Pending, EraseItemRow>(
  'read-erase-items',
  { job_id: uuid((p) => p.jobId), limit: bigint((p) => p.limit) },
  `select webhook_id, id, archived
from erase_item
where job_id = $job_id and state = 'pending'
order by job_id, webhook_id, id
limit $limit`,
);

interface Skipped extends Pending {
  readonly webhookId: string;
  readonly id: string;
}

/** What a job has not erased, and why. */
export interface SkippedEraseRow {
  readonly webhook_id: string;
  readonly id: string;
  readonly reason: string;
}

function skipped(name: string, compare: '>' | '<', order: 'asc' | 'desc') {
  return query<Skipped, SkippedEraseRow>(
    name,
    {
      job_id: uuid((p) => p.jobId),
      webhook_id: uuid((p) => p.webhookId),
      id: uuid((p) => p.id),
      limit: bigint((p) => p.limit),
    },
    `select webhook_id, id, reason
from erase_item
where job_id = $job_id and state = 'skipped'
  and (job_id, webhook_id, id) ${compare} ($job_id, $webhook_id, $id)
order by job_id ${order}, webhook_id ${order}, id ${order}
limit $limit`,
  );
}

/** Reads what a job has not erased, and why, beyond a place. */
export const readUnerasedAfter = skipped('read-unerased-after', '>', 'asc');
export const readUnerasedBefore = skipped('read-unerased-before', '<', 'desc');
