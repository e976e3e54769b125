import { isId } from '../../model/ids.ts';
import type { JobRow } from '../../sql/parts/job-row.ts';
import { readJob } from '../../sql/read-jobs.ts';
import type { Caller } from '../callers/caller.ts';
import { ApiError } from '../errors/api-error.ts';
import { notFound } from '../errors/not-found.ts';
import type { Services } from '../services/services.ts';

/** @throws ApiError `RecordNotFound` unless the account has this job, and it is an export. */
export async function requireExport(
  { database }: Services,
  { accountId }: Caller,
  id: string,
): Promise<JobRow> {
  const [row] = isId(id) ? await database.run(readJob, { accountId, id }) : [];
  if (row === undefined) throw notFound('job', id);
  if (row.kind !== 'export') {
    throw new ApiError('RecordNotFound', `job ${id} is a ${row.kind}: it has no files`);
  }
  return row;
}
