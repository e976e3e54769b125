import { integer, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly jobId: string;
  /** The first number. */
  readonly from: number;
}

/** Forgets files of a job, which are deleted. */
export const deleteJobFiles = query<Params, never>(
  'delete-job-files',
  { job_id: uuid((p) => p.jobId), from: integer((p) => p.from) },
  'delete from job_file where job_id = $job_id and number >= $from',
);
