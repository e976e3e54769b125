import { integer, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly jobId: string;
  readonly number: number;
}

/** What the row of a file has of it that its place has not. */
interface JobFileKept {
  readonly parts: readonly string[] | null;
  readonly tail: Buffer | null;
}

/** Reads what a holder needs to go on with a file in a store: at most 10,000 tags, and less than a part. */
export const readJobFileKept = query<Params, JobFileKept>(
  'read-job-file-kept',
  { job_id: uuid((p) => p.jobId), number: integer((p) => p.number) },
  'select parts, tail from job_file where job_id = $job_id and number = $number',
);
