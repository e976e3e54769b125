import { EXIT } from '../failures/exit-codes.ts';
import { limited, pageSize } from '../input/limited.ts';
import { type ListOptions, listOptions } from '../input/list-options.ts';
import { wholeNumber } from '../input/whole-number.ts';
import { watchJob } from '../replay/watch-job.ts';
import type { AddCommand } from '../session/act.ts';
import { jobView } from '../views/job-view.ts';
import { skippedView } from '../views/skipped-view.ts';

/** Bulk acts: what they have done, and how to steer them. */
export const jobs: AddCommand = (parent, act) => {
  const group = parent
    .command('jobs')
    .description(
      'Jobs send again, export or erase what a query selects. `hooktrail replay`, `export` and `erase` make them.',
    )
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail jobs list
  $ hooktrail jobs watch 01KB8YQ6T5B3S8D1F4G7H9J2KM
  $ hooktrail jobs skipped 01KB8YQ6T5B3S8D1F4G7H9J2KM --all --output csv
  $ hooktrail jobs rate 01KB8YQ6T5B3S8D1F4G7H9J2KM 5`,
    );

  listOptions(group.command('list').description('Lists the jobs, newest first.')).action(
    act(async (context, options: ListOptions) => {
      const hooktrail = await context.hooktrail();
      const { signal } = context;
      const list = hooktrail.jobs.list({ pageSize: pageSize(options) }, { signal });
      await context.printer.list(limited(context, list, options), jobView);
    }),
  );

  group
    .command('get')
    .description('Shows a job: what it has done, and what holds it back.')
    .argument('<job>', 'the id of the job')
    .action(
      act(async (context, id: string) => {
        const hooktrail = await context.hooktrail();
        await context.printer.one(
          await hooktrail.jobs.get(id, { signal: context.signal }),
          jobView,
        );
      }),
    );

  group
    .command('watch')
    .description(
      'Follows a job until it has ended, is paused or stopped itself. Ends with 0 if everything arrived, 7 if some failed or were skipped, 1 otherwise.',
    )
    .argument('<job>', 'the id of the job')
    .action(
      act(async (context, id: string) => {
        const hooktrail = await context.hooktrail();
        const job = await watchJob(
          context,
          hooktrail,
          await hooktrail.jobs.get(id, { signal: context.signal }),
        );
        await context.printer.one(job, jobView);
        if (job.state !== 'done') return EXIT.failed;
        if (job.kind === 'export') return EXIT.ok;
        const failed = job.kind === 'erase' ? 0 : job.counts.failed;
        return failed + job.counts.skipped > 0 ? EXIT.partly : EXIT.ok;
      }),
    );

  const verbs = [
    ['pause', 'Pauses a job: what is due and not in flight is taken back.'],
    ['resume', 'Resumes a job that was paused or stopped itself.'],
    ['cancel', 'Cancels a job for good: what it has not sent stays unsent.'],
  ] as const;
  for (const [verb, description] of verbs) {
    group
      .command(verb)
      .description(description)
      .argument('<job>', 'the id of the job')
      .action(
        act(async (context, id: string) => {
          const hooktrail = await context.hooktrail();
          await context.printer.one(
            await hooktrail.jobs[verb](id, { signal: context.signal }),
            jobView,
          );
        }),
      );
  }

  group
    .command('rate')
    .description('Changes how fast a job sends.')
    .argument('<job>', 'the id of the job')
    .argument('<rate>', 'attempts a second of each webhook', wholeNumber(1))
    .action(
      act(async (context, id: string, rate: number) => {
        const hooktrail = await context.hooktrail();
        const job = await hooktrail.jobs.update(id, { rate }, { signal: context.signal });
        await context.printer.one(job, jobView);
      }),
    );

  listOptions(
    group
      .command('skipped')
      .description('Lists what a job did not send or erase, and why.')
      .argument('<job>', 'the id of the job'),
  ).action(
    act(async (context, id: string, options: ListOptions) => {
      const hooktrail = await context.hooktrail();
      const { signal } = context;
      const list = hooktrail.jobs.skipped(id, { pageSize: pageSize(options) }, { signal });
      await context.printer.list(limited(context, list, options), skippedView);
    }),
  );
};
