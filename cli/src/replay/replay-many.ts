import type { JobEstimate, JobInput, ReplayJob as Replay } from '@hooktrail/sdk/hooktrail';
import { EXIT, type ExitCode } from '../failures/exit-codes.ts';
import { isJson } from '../output/formats.ts';
import type { Context } from '../session/context.ts';
import { estimateView } from '../views/estimate-view.ts';
import { jobView } from '../views/job-view.ts';
import { createJob } from './create-job.ts';
import { followNewJob } from './follow-new-job.ts';
import { watchJob } from './watch-job.ts';

interface Options {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly wait: boolean;
}

/** Asks, creates a job and follows it to its end. */
export async function replayMany(
  context: Context,
  input: JobInput,
  { dryRun, yes, wait }: Options,
): Promise<ExitCode> {
  const { printer, signal } = context;
  const hooktrail = await context.hooktrail();
  if (dryRun === true || yes !== true) {
    const estimate = await hooktrail.jobs.dryRun(input, { signal });
    if (dryRun === true) {
      await printer.one(estimate, estimateView);
      return EXIT.ok;
    }
    if (estimate.exact && estimate.invocations === 0) {
      context.note('the query selects nothing that was not delivered', { selected: 0 });
      if (isJson(printer.format)) await printer.one(estimate, estimateView);
      return EXIT.ok;
    }
    await context.confirm(questionOf(input.kind ?? 'replay', estimate), yes);
  }
  const job = await createJob((once) => hooktrail.jobs.create(input, { ...once, signal }));
  if (!wait) {
    await printer.one(job, jobView);
    return EXIT.ok;
  }
  context.note(`job ${job.id} is running`, { job: job.id });
  const ended = await followNewJob(watchJob<Replay>(context, hooktrail, job));
  await printer.one(ended, jobView);
  return exitOf(ended);
}

/** With the numbers, so that nobody sends a million by a typing error. */
function questionOf(kind: 'replay' | 'resend', estimate: JobEstimate): string {
  const { exact, expectedDurationS, invocations, skippedByReason, webhooks, webhooksCount } =
    estimate;
  const skips = Object.entries(skippedByReason ?? {}).map(
    ([reason, count]) => `${count} ${reason}`,
  );
  const skipped = skips.length === 0 ? '' : ` Skipped: ${skips.join(', ')}.`;
  const verb = kind === 'resend' ? 'Resend' : 'Replay';
  const names = webhooks.slice(0, 3).map(({ webhook }) => webhook.name);
  const more = webhooksCount > names.length ? ' …' : '';
  const webhook = webhooksCount === 1 ? 'webhook' : 'webhooks';
  const many = `${exact ? '' : 'about '}${invocations} ${invocations === 1 ? 'invocation' : 'invocations'}`;
  return `${verb} ${many} of ${webhooksCount} ${webhook} (${names.join(', ')}${more}), in about ${expectedDurationS} s?${skipped}`;
}

/** 0 if everything arrived, 7 if some failed or were skipped, 1 if the job did not come to its end. */
function exitOf({ state, counts }: Replay): ExitCode {
  if (state !== 'done') return EXIT.failed;
  return counts.failed + counts.skipped > 0 ? EXIT.partly : EXIT.ok;
}
