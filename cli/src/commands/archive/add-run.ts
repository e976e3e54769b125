import { setTimeout as sleep } from 'node:timers/promises';
import { Option } from 'commander';
import type { RunOptions } from '../../day-files/run-archive.ts';
import { CommandFailure } from '../../failures/command-failure.ts';
import { EXIT } from '../../failures/exit-codes.ts';
import { names } from '../../input/names.ts';
import { wholeNumber } from '../../input/whole-number.ts';
import type { AddCommand } from '../../session/act.ts';

interface Options extends RunOptions {
  readonly every?: number;
}

/** Adds what archives an account without a server. */
export const addRun: AddCommand = (group, act) => {
  group
    .command('run')
    .description(
      'Archives the account of --zendesk into day files of NDJSON, without a server, and goes on where the last run ended. Ends with 0 if nothing was missed, 7 with the gaps in words if something was, and otherwise says why the next run has to go on. What looks like a secret is masked, as by a source. The credentials are ZENDESK_EMAIL with ZENDESK_API_TOKEN, or ZENDESK_ACCESS_TOKEN.',
    )
    .requiredOption('--to <folder>', 'where the files go; one folder keeps one account')
    .addOption(
      new Option('--bodies <policy>', 'the requests and answers to fetch, one request each')
        .choices(['all', 'failures', 'none'])
        .default('failures'),
    )
    .option(
      '--rate-share <per cent>',
      'of the requests that the service allows a minute',
      wholeNumber(1, 100),
      70,
    )
    .option('--no-masking', 'keep what looks like a secret as the service shows it')
    .option('--mask-headers <names>', 'further headers to mask, with commas', names)
    .option('--mask-fields <names>', 'further fields of bodies to mask, with commas', names)
    .option('--minutes <number>', 'end after so long; the next run goes on', wholeNumber(1, 10_080))
    .option('--once', 'read what is there, and end: the default')
    .addOption(
      new Option('--every <minutes>', 'or begin again after so long, until Ctrl-C')
        .argParser(wholeNumber(1, 1_440))
        .conflicts('once'),
    )
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail archive run --zendesk acme --to /var/lib/acme-trail
  $ hooktrail archive run --zendesk acme --to /var/lib/acme-trail --bodies all --minutes 50`,
    )
    .action(
      act(async (context, options: Options) => {
        const { runArchive } = await import('../../day-files/run-archive.ts');
        const { every } = options;
        if (every === undefined) return await runArchive(context, options);
        for (;;) {
          try {
            await runArchive(context, options);
          } catch (error) {
            if (context.signal.aborted || !mayPass(error)) throw error;
            context.note(error.message, { code: error.details.code });
          }
          await sleep(every * 60_000, undefined, { signal: context.signal });
        }
      }),
    );
};

const mayPass = (error: unknown): error is CommandFailure =>
  error instanceof CommandFailure && error.details.exitCode === EXIT.network;
