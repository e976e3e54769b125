import type { ExportInput, ExportJob } from '@hooktrail/sdk/hooktrail';
import { CommandFailure } from '../failures/command-failure.ts';
import { EXIT, type ExitCode } from '../failures/exit-codes.ts';
import { usageFailure } from '../failures/usage-failure.ts';
import { isJson } from '../output/formats.ts';
import { createJob } from '../replay/create-job.ts';
import { followNewJob } from '../replay/follow-new-job.ts';
import { watchJob } from '../replay/watch-job.ts';
import type { Context } from '../session/context.ts';
import { exportEstimateView } from '../views/export-estimate-view.ts';
import { jobView } from '../views/job-view.ts';
import { comeBack } from './come-back.ts';
import { downloadFiles } from './download-files.ts';
import { prepareFolder } from './prepare-folder.ts';

/** Where the files of an export go. */
export interface ExportOptions {
  readonly to?: string;
  readonly detach?: boolean;
  readonly dryRun?: boolean;
  readonly force?: boolean;
}

/** Creates an export, follows it to its end, and downloads its files. */
export async function startExport(
  context: Context,
  input: ExportInput,
  { to, detach, dryRun, force }: ExportOptions,
): Promise<ExitCode> {
  const { printer, signal } = context;
  const hooktrail = await context.hooktrail();
  if (dryRun === true) {
    await printer.one(await hooktrail.jobs.dryRun(input, { signal }), exportEstimateView);
    return EXIT.ok;
  }
  // Before the job: an hour of its work is not to end at a folder that cannot be written.
  if (to !== undefined) await prepareFolder(to);
  const job = await createJob((once) => hooktrail.jobs.create(input, { ...once, signal }));
  if (detach === true || to === undefined) {
    context.note(`the export goes on without you. Come back: ${comeBack(job.id, to)}`, {
      job: job.id,
    });
    await printer.one(job, jobView);
    return EXIT.ok;
  }
  context.note(`job ${job.id} is running`, { job: job.id });
  return await followNewJob(finishExport(context, job, to, force === true));
}

/** Follows an export that exists to its end, and downloads its files. */
export async function resumeExport(
  context: Context,
  id: string,
  { to, force }: ExportOptions,
): Promise<ExitCode> {
  if (to === undefined) throw usageFailure('--job needs --to DIR: where the files go');
  await prepareFolder(to);
  const hooktrail = await context.hooktrail();
  const job = await hooktrail.jobs.get(id, { signal: context.signal });
  if (job.kind !== 'export') {
    throw usageFailure(`job ${id} is a ${job.kind}: it has no files`, `hooktrail jobs watch ${id}`);
  }
  return await finishExport(context, job, to, force === true);
}

async function finishExport(
  context: Context,
  job: ExportJob,
  to: string,
  force: boolean,
): Promise<ExitCode> {
  const hooktrail = await context.hooktrail();
  const ended = await watchJob(context, hooktrail, job, comeBack(job.id, to));
  if (ended.state !== 'done') {
    if (isJson(context.printer.format)) await context.printer.one(ended, jobView);
    const why = ended.stateReason === undefined ? '' : `: ${ended.stateReason}`;
    throw new CommandFailure(`job ${job.id} is ${ended.state}${why}`, {
      exitCode: EXIT.failed,
      code: 'ExportNotDone',
      next:
        ended.state === 'cancelled'
          ? 'A cancelled export has no files: begin another one.'
          : `hooktrail jobs resume ${job.id}, and then: ${comeBack(job.id, to)}`,
    });
  }
  return await downloadFiles(context, ended, to, force);
}
