import type { Runner } from '../../database/database.ts';
import { readAllStoppedJobs } from '../../sql/read-all-stopped-jobs.ts';
import type { ConditionReader } from '../condition.ts';

/** A reason is a sentence, with what the database said at most. */
const MOST_REASON = 500;

/** Makes the reader of jobs that stopped themselves: one small statement. */
export function createJobReader({ database }: { readonly database: Runner }): ConditionReader {
  return {
    kinds: ['job'],
    read: async () =>
      (await database.run(readAllStoppedJobs, undefined)).map((job) => ({
        ...{ accountId: job.account_id, kind: 'job', subject: job.id, jobId: job.id, value: 1 },
        facts: { job_kind: job.kind, reason: (job.reason ?? 'no reason').slice(0, MOST_REASON) },
      })),
  };
}
