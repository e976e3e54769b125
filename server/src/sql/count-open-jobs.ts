import { bigint } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/** Counts the jobs of an account that have not ended; at most some twenty are read. */
export const countOpenJobs = query<number, { open: number }>(
  'count-open-jobs',
  { account_id: bigint((accountId) => accountId) },
  `select count(*)::integer as open
from job
where account_id = $account_id and ended_at is null`,
);
