import { float8, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly jobId: string;
  readonly afterMs: number;
}

/** Says when the files of a job are deleted: so long after now. */
export const expireJobFiles = query<Params, never>(
  'expire-job-files',
  { job_id: uuid((p) => p.jobId), after_ms: float8((p) => p.afterMs) },
  `update job_file
set expires_at = now() + $after_ms * interval '1 millisecond'
where job_id = $job_id`,
);
