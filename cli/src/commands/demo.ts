import { wholeNumber } from '../input/whole-number.ts';
import type { AddCommand } from '../session/act.ts';

interface Options {
  readonly exit?: boolean;
  readonly port: number;
}

/** Shows Hooktrail at work. */
export const demo: AddCommand = (parent, act) => {
  parent
    .command('demo')
    .description(
      'Starts a node on a throw-away database, with a receiver whose endpoints are healthy, slow, broken and silent, publishes 500 events, shows what became of them, and stays up until Ctrl-C.',
    )
    .option('--exit', 'end after showing everything')
    .option('--port <number>', 'of the server; 0 takes any free one', wholeNumber(0, 65_535), 4400)
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail demo
  $ hooktrail demo --exit --port 0`,
    )
    .action(
      act(async (context, { exit, port }: Options) => {
        context.releaseSignals();
        const { takePort } = await import('@hooktrail/demo/take-port');
        const { runDemo } = await import('@hooktrail/demo/run-demo');
        process.exitCode = await runDemo({ exit: exit === true, port: await takePort(port) });
        return undefined;
      }),
    );
};
