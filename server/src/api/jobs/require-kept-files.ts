import { filesUntilMs } from '../../jobs/export/files-until-ms.ts';
import type { JobRow } from '../../sql/parts/job-row.ts';
import { ApiError } from '../errors/api-error.ts';

/** @throws ApiError `FilesExpired` if the files of an export were deleted */
export function requireKeptFiles(job: JobRow, nowMs: number): void {
  const untilMs = filesUntilMs(job);
  if (untilMs === undefined || untilMs > nowMs) return;
  throw new ApiError(
    'FilesExpired',
    job.state === 'cancelled'
      ? `job ${job.id} was cancelled: its files are deleted`
      : `the files of job ${job.id} were kept until ${new Date(untilMs).toISOString()}: export again`,
  );
}
