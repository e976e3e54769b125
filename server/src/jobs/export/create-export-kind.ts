import type { Logger } from 'pino';
import { logFailure } from '../../log/log-failure.ts';
import { createPause } from '../../model/create-pause.ts';
import { newId } from '../../model/ids.ts';
import type { JobReason } from '../../model/job.ts';
import { deleteJobFiles } from '../../sql/delete-job-files.ts';
import { expireJobFiles } from '../../sql/expire-job-files.ts';
import type { HeldJob } from '../held/held-job.ts';
import type { JobKind } from '../held/job-kind.ts';
import { JobLost } from '../held/job-lost.ts';
import { whileHeld } from '../held/while-held.ts';
import type { ExportFiles } from '../places/export-files.ts';
import { ExportUnavailable } from '../places/export-unavailable.ts';
import { FileLost } from '../places/file-lost.ts';
import type { ExportHome } from './export-home.ts';
import type { ExportParts } from './export-parts.ts';
import { type ExportProgress, NEW_EXPORT } from './export-progress.ts';
import { type ExportSpec, FILES_KEPT_MS } from './export-spec.ts';
import { ExportWriter } from './export-writer.ts';
import { ExportsFull } from './exports-full.ts';
import { patiently } from './patiently.ts';
import { readExportRows } from './read-export-rows.ts';
import { writeManifest } from './write-manifest.ts';

/** A place that loses a file this often in one run would lose it for ever. */
const MOST_LOSSES = 3;

interface Parts extends Omit<ExportParts, 'database'> {
  readonly home: ExportHome;
  readonly log: Logger;
  /** Bytes that the kept files of an account may have. */
  readonly maxBytes: number;
}

/** Makes the kind of jobs that write what a query selects to files. */
export function createExportKind(parts: Parts): JobKind {
  const { clock, home, log, maxBytes } = parts;

  async function write(job: HeldJob): Promise<void> {
    const folder = await patiently(job, (signal) => home.open(signal));
    const begun = (job.row.progress as ExportProgress).folder;
    if (begun !== null && begun !== folder) {
      // The operator has named another place, and every node uses it: what was written is not there.
      await job.move({ progress: NEW_EXPORT }, async (runner) => {
        await runner.run(deleteJobFiles, { jobId: job.id, from: 0 });
      });
    }
    const files = home.place.filesOf(job.id, newId(clock.now()));
    for (let losses = 0; ; losses++) {
      try {
        await writeRows(job, folder, files);
        break;
      } catch (error) {
        if (!(error instanceof FileLost)) throw error;
        log.warn({ err: error, job_id: job.id }, 'an export writes a file again');
        if (losses >= MOST_LOSSES) {
          const { reason } = home.place;
          throw new ExportUnavailable(`${error.message}, ${losses + 1} times`, {
            cause: error,
            reason,
          });
        }
      }
    }
    if (job.signal.aborted) return;
    if ((job.row.progress as ExportProgress).files > 0) await writeManifest(job, files);
    // Nothing would delete it: what expires are the rows of files.
    else await patiently(job, (signal) => home.place.remove(job.id, signal));
    await job.moveBy(async (runner) => {
      await runner.run(expireJobFiles, { jobId: job.id, afterMs: FILES_KEPT_MS });
      return { to: 'done', busy: false, progress: job.row.progress, release: true };
    });
  }

  /** @throws FileLost once the job has recorded where that file begins again */
  async function writeRows(job: HeldJob, folder: string, files: ExportFiles): Promise<void> {
    const writer = new ExportWriter({ files, folder, job, maxBytes });
    try {
      await writer.open();
      const spec = job.row.spec as ExportSpec;
      const reading = { ...parts, database: job.database };
      const pause = createPause();
      for await (const row of readExportRows(reading, job.accountId, spec, writer.cursor)) {
        if (job.signal.aborted) return;
        await writer.add(row);
        await pause();
      }
      await writer.end();
    } finally {
      await writer.close();
    }
  }

  /** Stops with the reason where people can mend it, and resume. */
  async function writeOrStop(job: HeldJob): Promise<void> {
    try {
      await write(job);
    } catch (error) {
      const reasonCode: JobReason | undefined =
        error instanceof ExportUnavailable
          ? error.reason
          : error instanceof ExportsFull
            ? 'limit'
            : undefined;
      if (reasonCode === undefined) throw error;
      log.warn({ err: error, job_id: job.id }, 'stopped an export');
      await job.move({
        to: 'stopped',
        busy: false,
        reasonCode,
        reason: `${(error as Error).message}; resume it to go on`,
        progress: job.row.progress,
        release: true,
      });
    }
  }

  /** Of a cancelled job nothing is kept. A node that cannot reach its files leaves them to one that can. */
  async function clear(job: HeldJob): Promise<void> {
    const { folder } = job.row.progress as ExportProgress;
    const own = await whileHeld(job, (signal) => home.open(signal)).catch((error: unknown) => {
      if (!(error instanceof ExportUnavailable)) throw error;
      return undefined;
    });
    const isOurs = own !== undefined && (folder === null || folder === own);
    const isGone =
      isOurs &&
      (await whileHeld(job, (signal) => home.place.remove(job.id, signal)).then(
        () => true,
        (error: unknown) => {
          if (error instanceof JobLost) throw error;
          logFailure(log, error, `could not delete the files of export ${job.id}`);
          return false;
        },
      ));
    await job.move({ progress: job.row.progress, busy: false, release: true }, async (runner) => {
      if (isGone) await runner.run(deleteJobFiles, { jobId: job.id, from: 0 });
      else await runner.run(expireJobFiles, { jobId: job.id, afterMs: 0 });
    });
  }

  return {
    name: 'export',
    async run(job) {
      if (job.row.state === 'selecting') {
        await job.move({ to: 'running', stage: 'running', progress: job.row.progress });
      }
      if (job.row.state === 'running') await writeOrStop(job);
      else if (job.row.state === 'cancelled') await clear(job);
      else await job.move({ progress: job.row.progress, busy: false, release: true });
    },
  };
}
