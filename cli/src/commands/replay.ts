import { usageFailure } from '../failures/usage-failure.ts';
import { jobOf } from '../replay/job-of.ts';
import { oneOrQuery } from '../replay/one-or-query.ts';
import { replayMany } from '../replay/replay-many.ts';
import { replayOne } from '../replay/replay-one.ts';
import { type SendOptions, sendOptions } from '../replay/send-options.ts';
import type { AddCommand } from '../session/act.ts';

interface Options extends SendOptions {
  readonly force?: boolean;
}

/** Sends invocations again. */
export const replay: AddCommand = (parent, act) => {
  const command = parent
    .command('replay')
    .description(
      'Sends one invocation again, by its id, or a job for all that a query selects. Before a job it says how many they are and asks; off a terminal it needs --yes. It follows the job to its end: 0 if everything arrived, 7 if some failed or were skipped, 1 if the job stopped itself. Ctrl-C leaves the job running.',
    )
    .argument('[id-or-query...]', 'the id of an invocation, or terms of the query language')
    .option('--dry-run', 'say what would be sent again, and do nothing')
    .option('-y, --yes', 'do not ask')
    .option('--no-wait', 'print the job and end')
    .option('--force', 'one invocation: send it although its webhook is inactive or paused');
  sendOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail replay 01M8HTAW2PZRKB1HMA9YE1PR53
  $ hooktrail replay state:undelivered since:2h --dry-run
  $ hooktrail replay since:2026-11-01T09:00Z until:2026-11-01T10:00Z --dry-run   # an hour; what was delivered is skipped
  $ hooktrail replay --webhook orders code:5xx since:1h --canary 20:0.9 --yes --reason 'outage of this morning'`,
    )
    .action(
      act(async (context, words: string[], options: Options) => {
        const id = oneOrQuery('replay', words, options, ['to']);
        if (id !== undefined) return await replayOne(context, id, options);
        if (options.force === true) throw usageFailure('--force is of one invocation, by its id');
        return await replayMany(context, await jobOf(context, words, options), options);
      }),
    );
};
