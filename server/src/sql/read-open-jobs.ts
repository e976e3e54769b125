import { bigint } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { JobState } from '../model/job.ts';

/** Reads the jobs of an account that have not ended, oldest first; they are some twenty at most. */
export const readOpenJobs = query<number, { id: string; state: JobState }>(
  'read-open-jobs',
  { account_id: bigint((accountId) => accountId) },
  `select id, state
from job
where account_id = $account_id and ended_at is null
order by id`,
);
