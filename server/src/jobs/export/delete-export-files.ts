import type { Database } from '../../database/database.ts';
import { writeAudit } from '../../directory/audit/write-audit.ts';
import type { Act } from '../../model/act.ts';
import type { Clock } from '../../model/clock.ts';
import { expireJobFiles } from '../../sql/expire-job-files.ts';
import type { JobRow } from '../../sql/parts/job-row.ts';
import { lockJob } from '../../sql/read-jobs.ts';
import { writeJob } from '../../sql/write-job.ts';
import type { ExportSpec } from './export-spec.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Database;
}

/**
 * Lets the files of an export that is done expire now; resolves to the job. Nothing happens to files that
 * have expired. Undefined: there is no such job.
 */
export function deleteExportFiles(
  { clock, database }: Parts,
  accountId: number,
  id: string,
  act: Act,
  check: (row: JobRow) => void,
): Promise<JobRow | undefined> {
  return database.transaction(async (runner) => {
    const [row] = await runner.run(lockJob, { accountId, id });
    if (row === undefined) return undefined;
    check(row);
    const spec = row.spec as ExportSpec;
    const nowMs = clock.now();
    if ((spec.files_until_ms ?? Number.POSITIVE_INFINITY) <= nowMs) return row;
    const next = { ...spec, files_until_ms: nowMs };
    await runner.run(writeJob, {
      id,
      state: row.state,
      busy: row.busy,
      reasonCode: row.reason_code,
      reason: row.reason,
      spec: next,
      endedAtMs: row.ended_at?.getTime() ?? null,
      released: false,
    });
    await runner.run(expireJobFiles, { jobId: id, afterMs: 0 });
    await writeAudit(runner, clock, {
      accountId,
      act,
      targetType: 'job',
      targetId: id,
      before: { files: 'kept' },
      after: { files: 'deleted' },
    });
    return { ...row, spec: next };
  });
}
