import { bigint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

export interface JobWebhookRow {
  readonly webhook_id: string;
  readonly selected: number;
  readonly sent: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly skipped: number;
}

interface Params {
  readonly jobId: string;
  readonly limit: number;
}

/** Reads the webhooks of a job, of which there are at most 10,000. */
export const readJobWebhooks = query<Params, JobWebhookRow>(
  'read-job-webhooks',
  { job_id: uuid((p) => p.jobId), limit: bigint((p) => p.limit) },
  `select webhook_id, selected, sent, succeeded, failed, skipped
from job_webhook
where job_id = $job_id
order by webhook_id
limit $limit`,
);
