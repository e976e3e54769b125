import { idArray } from '../database/binary-arrays.ts';
import { scalar, text } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  /** At most 1,000. */
  readonly jobIds: readonly string[];
  readonly folder: string;
}

/** Reads which of some jobs need their files in a folder: open ones, busy ones, and those with files there. */
export const readKeptExports = query<Params, { id: string }>(
  'read-kept-exports',
  {
    job_ids: scalar<readonly string[]>('uuid[]', idArray)((p: Params) => p.jobIds),
    folder: text((p) => p.folder),
  },
  `select j.id
from job j
where j.id = any ($job_ids) and (
  j.busy or j.ended_at is null
  or exists (select from job_file f where f.job_id = j.id and f.folder = $folder)
)`,
);
