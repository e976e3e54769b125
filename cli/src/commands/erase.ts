import { EXIT } from '../failures/exit-codes.ts';
import { usageFailure } from '../failures/usage-failure.ts';
import { invocationQuery, type QueryOptions, queryOptions } from '../input/invocation-query.ts';
import { counted } from '../output/counted.ts';
import { createJob } from '../replay/create-job.ts';
import { followNewJob } from '../replay/follow-new-job.ts';
import { watchJob } from '../replay/watch-job.ts';
import type { AddCommand } from '../session/act.ts';
import { eraseEstimateView } from '../views/erase-estimate-view.ts';
import { jobView } from '../views/job-view.ts';

interface Options extends QueryOptions {
  readonly all?: boolean;
  readonly reason?: string;
  readonly detach?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** Erases personal data. */
export const erase: AddCommand = (parent, act) => {
  const command = parent
    .command('erase')
    .description(
      'Takes the bodies, headers and texts out of the events that a query selects, with all their invocations, and keeps ids, times and statuses. It cannot be undone. It is a job: Ctrl-C leaves it running. Ends with 0 if everything was erased, 7 if something was skipped (hooktrail jobs skipped), 1 otherwise. docs/erasing.md says what stays where.',
    )
    .argument('[query...]', 'terms of the query language')
    .option('--all', 'select everything: needed when no term is given')
    .option('--reason <text>', 'why, for people and the audit; it is kept')
    .option('--detach', 'do not wait for its end')
    .option('--dry-run', 'say in numbers what it would erase, and do nothing')
    .option('-y, --yes', 'do not ask');
  queryOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail erase '/subject:zen:user:4711' --dry-run
  $ hooktrail erase '/subject:zen:user:4711' --reason 'request 2026-118' --yes
  $ hooktrail erase origin:acme until:90d`,
    )
    .action(
      act(async (context, words: string[], options: Options) => {
        const { all, detach, dryRun, reason, yes } = options;
        const query = invocationQuery(words, options);
        if (query === '' && all !== true) {
          throw usageFailure('a query without a term selects everything: give terms, or --all');
        }
        const input = {
          kind: 'erase',
          ...(query !== '' && { query }),
          ...(all !== undefined && { all }),
          ...(reason !== undefined && { reason }),
        } as const;
        const hooktrail = await context.hooktrail();
        const { signal } = context;
        if (dryRun === true || yes !== true) {
          const estimate = await hooktrail.jobs.dryRun(input, { signal });
          if (dryRun === true) return await context.printer.one(estimate, eraseEstimateView);
          const { events, exact, invocations, skipped } = estimate;
          const least = exact ? '' : 'at least ';
          await context.confirm(
            `Erase ${least}${counted(events, 'event')} with ${counted(invocations, 'invocation')} for good? ${skipped} would be skipped.`,
            yes,
          );
        }
        const created = await createJob((once) =>
          hooktrail.jobs.create(input, { ...once, signal }),
        );
        const { exports } = created.estimate;
        if (exports.length > 0) {
          const ids = exports.map(({ id }) => id);
          context.note(
            `Files of ${counted(ids.length, 'export')} are kept and not touched: ${ids.join(', ')}`,
            { exports: ids },
          );
        }
        if (detach === true) return await context.printer.one(created, jobView);
        const job = await followNewJob(watchJob(context, hooktrail, created));
        await context.printer.one(job, jobView);
        if (job.state !== 'done') return EXIT.failed;
        return job.counts.skipped > 0 ? EXIT.partly : EXIT.ok;
      }),
    );
};
