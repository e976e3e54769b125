import { bigint, uuid } from '../database/parameters.ts';
import { type Query, query } from '../database/query.ts';

export interface JobItemRow {
  readonly webhook_id: string;
  readonly invocation_id: string;
  readonly attempts_count: number;
  readonly target_id: string | null;
}

interface OfWebhook {
  readonly jobId: string;
  readonly webhookId: string;
  readonly limit: number;
}

function pending(name: string, order: 'asc' | 'desc'): Query<OfWebhook, JobItemRow> {
  return query(
    name,
    {
      job_id: uuid((p) => p.jobId),
      webhook_id: uuid((p) => p.webhookId),
      limit: bigint((p) => p.limit),
    },
    `select webhook_id, invocation_id, attempts_count, target_id
from job_item
where job_id = $job_id and webhook_id = $webhook_id and state = 'pending'
order by job_id ${order}, webhook_id ${order}, invocation_id ${order}
limit $limit`,
  );
}

/** Reads what a job sends next to a webhook. */
export const readPendingOldest = pending('read-pending-items-oldest', 'asc');
export const readPendingNewest = pending('read-pending-items-newest', 'desc');

interface OfJob {
  readonly jobId: string;
  readonly limit: number;
}

/** Reads what a job has sent and whose outcome it does not know. */
export const readSentItems = query<OfJob, JobItemRow>(
  'read-sent-items',
  { job_id: uuid((p) => p.jobId), limit: bigint((p) => p.limit) },
  `select webhook_id, invocation_id, attempts_count, target_id
from job_item
where job_id = $job_id and state = 'sent'
order by job_id, webhook_id, invocation_id
limit $limit`,
);

interface Skipped extends OfJob {
  readonly webhookId: string;
  readonly invocationId: string;
}

export interface SkippedRow {
  readonly webhook_id: string;
  readonly invocation_id: string;
  readonly reason: string;
}

function skipped(name: string, compare: '>' | '<', order: 'asc' | 'desc') {
  return query<Skipped, SkippedRow>(
    name,
    {
      job_id: uuid((p) => p.jobId),
      webhook_id: uuid((p) => p.webhookId),
      invocation_id: uuid((p) => p.invocationId),
      limit: bigint((p) => p.limit),
    },
    `select webhook_id, invocation_id, reason
from job_item
where job_id = $job_id and state = 'skipped'
  and (job_id, webhook_id, invocation_id) ${compare} ($job_id, $webhook_id, $invocation_id)
order by job_id ${order}, webhook_id ${order}, invocation_id ${order}
limit $limit`,
  );
}

/** Reads what a job has not sent, and why, beyond a place. */
export const readSkippedAfter = skipped('read-skipped-after', '>', 'asc');
export const readSkippedBefore = skipped('read-skipped-before', '<', 'desc');
