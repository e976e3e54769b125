import { bigint, uuid } from '../database/parameters.ts';
import { type Query, query } from '../database/query.ts';
import { JOB_COLUMNS, type JobRow } from './parts/job-row.ts';

interface JobOfAccount {
  readonly accountId: number;
  readonly id: string;
}

const ONE = {
  account_id: bigint((p: JobOfAccount) => p.accountId),
  id: uuid((p: JobOfAccount) => p.id),
};

const ONE_TEXT = `select ${JOB_COLUMNS} from job where account_id = $account_id and id = $id`;

/** Reads one job of an account. */
export const readJob = query<JobOfAccount, JobRow>('read-job', ONE, ONE_TEXT);

/** The same, and keeps others from changing it until the transaction ends. */
export const lockJob = query<JobOfAccount, JobRow>('lock-job', ONE, `${ONE_TEXT} for update`);

/** Reads jobs of an account beyond an id, nearest first. */
export type ReadSomeJobs = Query<{ accountId: number; from: string; limit: number }, JobRow>;

function statement(name: string, compare: '<' | '>', order: 'asc' | 'desc'): ReadSomeJobs {
  return query(
    name,
    {
      account_id: bigint((p) => p.accountId),
      from: uuid((p) => p.from),
      limit: bigint((p) => p.limit),
    },
    `select ${JOB_COLUMNS}
from job
where account_id = $account_id and (account_id, id) ${compare} ($account_id, $from)
order by account_id ${order}, id ${order}
limit $limit`,
  );
}

export const readJobsBelow = statement('read-jobs-below', '<', 'desc');
export const readJobsAbove = statement('read-jobs-above', '>', 'asc');
