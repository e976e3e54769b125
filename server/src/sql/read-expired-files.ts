import { bigint, text, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly folder: string;
  /** Jobs beyond this one. */
  readonly after: string;
  readonly limit: number;
}

/** Reads jobs whose files in a folder have expired, in the order of their ids. */
export const readExpiredFiles = query<Params, { job_id: string }>(
  'read-expired-files',
  {
    folder: text((p) => p.folder),
    after: uuid((p) => p.after),
    limit: bigint((p) => p.limit),
  },
  `select distinct job_id
from job_file
where expires_at <= now() and folder = $folder and job_id > $after
order by job_id
limit $limit`,
);
