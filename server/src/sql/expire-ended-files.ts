import { bigint } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/**
 * Lets files expire that an export kept without a time although it has ended: an error stopped the node
 * that was to delete them. All files of a job expire together, so the first tells.
 */
export const expireEndedFiles = query<number, never>(
  'expire-ended-files',
  { limit: bigint((limit) => limit) },
  `update job_file
set expires_at = now()
where expires_at is null and job_id in (
  select j.id
  from job j
  join job_file f on f.job_id = j.id and f.number = 1
  where j.ended_at is not null and not j.busy and f.expires_at is null
  order by j.id
  limit $limit
)`,
);
