import { bigint, float8, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly keepMs: number;
  readonly limit: number;
}

/** Reads jobs that ended longer ago than they are kept. */
export const readOldJobs = query<Params, { id: string }>(
  'read-old-jobs',
  { keep_ms: float8((p) => p.keepMs), limit: bigint((p) => p.limit) },
  `select id
from job
where ended_at < now() - $keep_ms * interval '1 millisecond' and not busy
order by ended_at
limit $limit`,
);

/** The same, of which what they sent is kept no longer, and of which not all items are deleted. */
export const readClearableJobs = query<Params, { id: string }>(
  'read-clearable-jobs',
  { keep_ms: float8((p) => p.keepMs), limit: bigint((p) => p.limit) },
  `select id
from job
where ended_at < now() - $keep_ms * interval '1 millisecond' and not busy and not items_cleared
order by ended_at
limit $limit`,
);

interface Items {
  readonly jobId: string;
  /** Deletes beyond this one. */
  readonly after: string;
  readonly limit: number;
}

const ITEMS = {
  job_id: uuid((p: Items) => p.jobId),
  after: uuid((p: Items) => p.after),
  limit: bigint((p: Items) => p.limit),
};

function deletion(name: string, which: string) {
  return query<Items, { invocation_id: string }>(
    name,
    ITEMS,
    `with old as (
  select job_id, webhook_id, invocation_id
  from job_item
  where job_id = $job_id and invocation_id >= $after${which}
  order by job_id, invocation_id, webhook_id
  limit $limit
)
delete from job_item i
using old
where i.job_id = old.job_id and i.webhook_id = old.webhook_id and i.invocation_id = old.invocation_id
returning i.invocation_id`,
  );
}

/** Deletes up to `limit` items of a job. */
export const deleteJobItems = deletion('delete-job-items', '');

/** Deletes up to `limit` items of a job that has ended, except those with a reason why. */
export const deleteSettledItems = deletion('delete-settled-items', ` and state <> 'skipped'`);

/** Notes that a job has no items but those that it skipped. */
export const markCleared = query<string, never>(
  'mark-cleared',
  { id: uuid((id) => id) },
  'update job set items_cleared = true where id = $id',
);

/** Deletes what is left of a job whose items are gone. */
export const deleteJob = query<string, never>(
  'delete-job',
  { id: uuid((id) => id) },
  `with webhooks as (delete from job_webhook where job_id = $id),
  files as (delete from job_file where job_id = $id)
delete from job where id = $id`,
);
