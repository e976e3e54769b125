import { query } from '../database/query.ts';

/** A job of some account that stopped itself. */
export interface StoppedJob {
  readonly account_id: number;
  readonly id: string;
  readonly kind: string;
  readonly reason: string | null;
}

/** An account has at most 20 jobs that have not ended. */
const MOST = 5_000;

/** Reads the jobs of all accounts that stopped themselves and wait for somebody. */
export const readAllStoppedJobs = query<undefined, StoppedJob>(
  'read-all-stopped-jobs',
  {},
  `select account_id, id, kind, reason
from job
where ended_at is null and state = 'stopped'
order by account_id, id
limit ${MOST}`,
);
