import { bigint, integer, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/** A file of an export. */
export interface JobFileRow {
  readonly number: number;
  readonly folder: string;
  readonly name: string;
  /** YYYY-MM-DD. */
  readonly day: string;
  readonly rows: number;
  readonly bytes: number;
  /** In hexadecimal digits; null while it is written. */
  readonly sha256: string | null;
}

interface Params {
  readonly jobId: string;
  readonly from: number;
  readonly limit: number;
}

const COLUMNS = `number, folder, name, day::text as day, rows, bytes, encode(sha256, 'hex') as sha256`;

function statement(name: string, compare: '<' | '>', order: 'asc' | 'desc') {
  return query<Params, JobFileRow>(
    name,
    {
      job_id: uuid((p) => p.jobId),
      from: integer((p) => p.from),
      limit: bigint((p) => p.limit),
    },
    `select ${COLUMNS}
from job_file
where job_id = $job_id and number ${compare} $from
order by job_id ${order}, number ${order}
limit $limit`,
  );
}

/** Reads files of a job beyond a number. */
export const readJobFilesAfter = statement('read-job-files-after', '>', 'asc');
export const readJobFilesBefore = statement('read-job-files-before', '<', 'desc');

/** Reads one file of a job. */
export const readJobFile = query<{ jobId: string; number: number }, JobFileRow>(
  'read-job-file',
  { job_id: uuid((p) => p.jobId), number: integer((p) => p.number) },
  `select ${COLUMNS} from job_file where job_id = $job_id and number = $number`,
);
