import { query } from '../database/query.ts';
import type { JobState } from '../model/job.ts';

/** Counts the jobs that have not ended, of all accounts: some twenty an account at most. */
export const countJobs = query<undefined, { kind: string; state: JobState; jobs: number }>(
  'count-jobs',
  {},
  `select kind, state, count(*)::integer as jobs
from (select kind, state from job where ended_at is null limit 10000) as open
group by kind, state`,
);
