import { bigint } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/** A job that stopped itself. */
export interface StoppedJobRow {
  readonly id: string;
  readonly kind: string;
  readonly reason_code: string | null;
  readonly reason: string | null;
}

/** The jobs of an account that stopped themselves and wait for somebody; it has at most 20 open ones. */
export const readStoppedJobs = query<number, StoppedJobRow>(
  'read-stopped-jobs',
  { account_id: bigint((accountId) => accountId) },
  `select id, kind, reason_code, reason
from job
where account_id = $account_id and ended_at is null and state = 'stopped'
order by account_id desc, id desc
limit 20`,
);
