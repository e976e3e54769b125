import { EXIT } from '../failures/exit-codes.ts';
import type { AddCommand } from '../session/act.ts';
import { problemView } from '../views/problem-view.ts';

/** Somebody decided these; they are listed, and nothing is broken. */
const WANTED: readonly string[] = ['inactive', 'paused'];

interface Options {
  readonly exitCode?: boolean;
}

/** What is wrong now. */
export const problems: AddCommand = (parent, act) => {
  parent
    .command('problems')
    .description(
      'Lists what is wrong now, the worst first: open circuit breakers, jobs that stopped themselves, webhooks that fail, sources that are not read and their gaps, backlogs, and what is inactive or paused.',
    )
    .option('--exit-code', 'end with 1 if anything is listed that is not inactive or paused')
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail problems
  $ hooktrail problems --exit-code --output csv || mail -s 'webhooks fail' ops@example.com < /dev/null`,
    )
    .action(
      act(async (context, { exitCode }: Options) => {
        const hooktrail = await context.hooktrail();
        const {
          problems: found,
          counts,
          meta,
        } = await hooktrail.problems({
          signal: context.signal,
        });
        await context.printer.list(found, problemView);
        const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
        if (total > found.length) {
          context.note(
            `${found.length} of ${total} shown: ${Object.entries(counts)
              .map(([kind, count]) => `${count} ${kind}`)
              .join(', ')}`,
            { counts },
          );
        }
        if (meta.counted < meta.webhooks) {
          context.note(
            `attempts were counted of ${meta.counted} of ${meta.webhooks} webhooks so far: repeat it in 10 s`,
            { counted: meta.counted, webhooks: meta.webhooks },
          );
        }
        if (found.length === 0) context.note('nothing is wrong', { counts });
        const isBroken = found.some(({ kind }) => !WANTED.includes(kind));
        return exitCode === true && isBroken ? EXIT.failed : EXIT.ok;
      }),
    );
};
