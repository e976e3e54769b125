import { wholeNumber } from '../input/whole-number.ts';
import { type ListenOptions, startListening } from '../listen/start-listening.ts';
import type { AddCommand } from '../session/act.ts';

const more = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...value.split(','),
];

/** A receiver on this machine. */
export const listen: AddCommand = (parent, act) => {
  parent
    .command('listen')
    .description(
      'Starts a receiver that verifies signatures, prints what arrives, answers as you choose, and may forward to a program of yours. With --create it makes a webhook for itself and deletes it at the end; the node must be allowed to deliver to this machine (HOOKTRAIL_ALLOWED_NETWORKS).',
    )
    .option('--port <number>', 'where it listens; 0 takes any free one', wholeNumber(0, 65_535), 0)
    .option('--host <address>', 'where it listens', '127.0.0.1')
    .option('--status <code>', 'the status of its answers', wholeNumber(200, 599), 200)
    .option('--delay <ms>', 'how long it waits before it answers', wholeNumber(0, 600_000), 0)
    .option('--forward <url>', 'send each request on to this URL, and answer what it answers')
    .option(
      '--secret <secret>',
      'verify with this secret; other users see arguments: prefer HOOKTRAIL_SIGNING_SECRET',
    )
    .option('-w, --webhook <id-or-name>', 'verify with the secret of this webhook')
    .option('--create <name>', 'create a webhook of this name for it, and delete it at the end')
    .option('--subscribe <types>', 'what that webhook receives; everything by default', more)
    .option('-c, --count <number>', 'end after this many requests', wholeNumber(1))
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail listen --create laptop --subscribe 'order.*'
  $ hooktrail listen --port 8080 --status 500 --delay 2000
  $ hooktrail listen --webhook orders --port 8080 --forward http://127.0.0.1:3000/hook`,
    )
    .action(act(async (context, options: ListenOptions) => await startListening(context, options)));
};
