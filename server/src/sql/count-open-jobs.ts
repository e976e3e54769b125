import { bigint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly accountId: number;
  /** Which of those that wait come before this one. */
  readonly before: string;
}

/** Counts the jobs of an account that have not ended; at most some twenty are read. */
export const countOpenJobs = query<
  Params,
  { open: number; at_work: number; waiting_before: number }
>(
  'count-open-jobs',
  { account_id: bigint((p) => p.accountId), before: uuid((p) => p.before) },
  `select
  count(*)::integer as open,
  count(*) filter (where state in ('selecting', 'running'))::integer as at_work,
  count(*) filter (where state = 'waiting' and id < $before)::integer as waiting_before
from job
where account_id = $account_id and ended_at is null`,
);
