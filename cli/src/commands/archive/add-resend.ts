import { jobOf } from '../../replay/job-of.ts';
import { oneOrQuery } from '../../replay/one-or-query.ts';
import { replayMany } from '../../replay/replay-many.ts';
import { resendOne } from '../../replay/resend-one.ts';
import { type SendOptions, sendOptions } from '../../replay/send-options.ts';
import type { AddCommand } from '../../session/act.ts';

/** A query that names no source would select invocations of ours too, which a resend refuses. */
const FROM_SOURCES = '-origin:local';

const NAMES_ORIGIN = /(?:^|\s)-?origin:/;

/** Adds what sends archived invocations again. */
export const addResend: AddCommand = (group, act) => {
  sendOptions(
    group
      .command('resend')
      .description(
        'Sends one archived invocation to its endpoint again, by its id, or a job for all that a query selects of the sources. Before a job it says how many they are and what cannot be rebuilt, and asks; off a terminal it needs --yes. It follows the job to its end: 0 if everything arrived, 7 if some failed or were skipped, 1 if the job stopped itself. `hooktrail jobs skipped` lists what was not sent.',
      )
      .argument('[id-or-query...]', 'the id of an invocation, or terms of the query language')
      .option('--dry-run', 'say what would be sent again, and do nothing')
      .option('-y, --yes', 'do not ask')
      .option('--no-wait', 'print the job and end'),
  )
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail archive resend 01M8HTAW2PZRKB1HMA9YE1PR53
  $ hooktrail archive resend origin:acme state:undelivered since:2d --dry-run
  $ hooktrail archive resend origin:acme status:failed --to orders --canary 20:0.9 --yes
  $ hooktrail jobs skipped 01KB8YQ6T5B3S8D1F4G7H9J2KM --all --output ndjson > cannot-be-rebuilt.ndjson`,
    )
    .action(
      act(async (context, words: string[], options: SendOptions) => {
        const id = oneOrQuery('resend', words, options);
        if (id !== undefined) return await resendOne(context, id, options);
        const job = await jobOf(context, words, options);
        const text = String(job.query ?? '');
        const query = NAMES_ORIGIN.test(text) ? text : `${text} ${FROM_SOURCES}`.trim();
        return await replayMany(context, { ...job, query, kind: 'resend' }, options);
      }),
    );
};
