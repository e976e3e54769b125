import { spawn } from 'node:child_process';
import type { AddCommand } from '../session/act.ts';
import { linkView } from '../views/link-view.ts';

interface Options {
  readonly print?: boolean;
}

const OPENERS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/** Opens the console, signed in. */
export const open: AddCommand = (parent, act) => {
  parent
    .command('open')
    .description(
      'Makes a link that signs in once, within 15 minutes, prints it, and opens it in a browser when it runs on a terminal.',
    )
    .option('--print', 'only print the link')
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail open
  $ ssh server hooktrail open --print`,
    )
    .action(
      act(async (context, { print }: Options) => {
        const hooktrail = await context.hooktrail();
        const { url } = await hooktrail.sessions.createCode({ signal: context.signal });
        if (context.globals.output === undefined) await context.printer.text(`${url}\n`);
        else await context.printer.one({ url }, linkView);
        if (print === true || !context.terminal.showsData) return;
        const [program, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
        const browser = spawn(program, [...args, url], { stdio: 'ignore', detached: true });
        // No browser on this machine: the link is printed.
        browser.on('error', () => undefined);
        browser.unref();
      }),
    );
};
