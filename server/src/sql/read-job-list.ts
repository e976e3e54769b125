import { bigint, uuid } from '../database/parameters.ts';
import { type Query, query } from '../database/query.ts';
import type { ItemState } from './settle-job-items.ts';

/** Reads where the invocations of a job are, while its items are kept; the webhook of its copies, if any. */
export const readJobList = query<string, { target_webhook_id: string | null }>(
  'read-job-list',
  { id: uuid((id) => id) },
  `select spec ->> 'target_webhook_id' as target_webhook_id
from job
where id = $id and kind = 'replay' and not items_cleared`,
);

/** An item of a job, and the invocation that the job sent for it. */
export interface ListedItem {
  readonly id: string;
  readonly webhook_id: string;
  readonly state: ItemState;
}

interface Params {
  readonly jobId: string;
  /** Reading starts strictly beyond this place. */
  readonly id: string;
  readonly webhookId: string;
  /** Reading ends with this id. */
  readonly untilId: string;
  readonly limit: number;
}

/** Reads items of a job by the creation of what it sent, whatever became of them. */
export type ReadListedItems = Query<Params, ListedItem>;

function items(name: string, descending: boolean): ReadListedItems {
  const [beyond, until, order] = descending ? ['<', '>=', 'desc'] : ['>', '<=', 'asc'];
  return query(
    name,
    {
      job_id: uuid((p) => p.jobId),
      id: uuid((p) => p.id),
      webhook_id: uuid((p) => p.webhookId),
      until_id: uuid((p) => p.untilId),
      limit: bigint((p) => p.limit),
    },
    `select invocation_id as id, webhook_id, state
from job_item
where job_id = $job_id
  and (job_id, invocation_id, webhook_id) ${beyond} ($job_id, $id, $webhook_id)
  and invocation_id ${until} $until_id
order by job_id ${order}, invocation_id ${order}, webhook_id ${order}
limit $limit`,
  );
}

/** Of a job that sends copies, which all are of one webhook. */
function copies(name: string, descending: boolean): ReadListedItems {
  const [beyond, until, order] = descending ? ['<', '>=', 'desc'] : ['>', '<=', 'asc'];
  return query(
    name,
    {
      job_id: uuid((p) => p.jobId),
      id: uuid((p) => p.id),
      webhook_id: uuid((p) => p.webhookId),
      until_id: uuid((p) => p.untilId),
      limit: bigint((p) => p.limit),
    },
    `select target_id as id, $webhook_id as webhook_id, state
from job_item
where job_id = $job_id and target_id is not null
  and (job_id, target_id) ${beyond} ($job_id, $id)
  and target_id ${until} $until_id
order by job_id ${order}, target_id ${order}
limit $limit`,
  );
}

export const readItemsNewest = items('read-items-newest', true);
export const readItemsOldest = items('read-items-oldest', false);
export const readCopiesNewest = copies('read-copies-newest', true);
export const readCopiesOldest = copies('read-copies-oldest', false);
