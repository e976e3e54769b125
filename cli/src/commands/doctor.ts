import { checkMachine } from '../doctor/check-machine.ts';
import { checkServer } from '../doctor/check-server.ts';
import { checkSettings } from '../doctor/check-settings.ts';
import type { Finding } from '../doctor/finding.ts';
import { EXIT } from '../failures/exit-codes.ts';
import type { AddCommand } from '../session/act.ts';
import { findingView } from '../views/finding-view.ts';

/** Says what is wrong before it goes wrong. */
export const doctor: AddCommand = (parent, act) => {
  parent
    .command('doctor')
    .description(
      'Checks what a node needs here: the settings of the environment, its port, disk, open files, names, the database (version, encoding, pooler); and the server of the profile: reachable, ready, clock, token. Each finding says what to do. Ends with 1 if there is a problem.',
    )
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail doctor
  $ HOOKTRAIL_DATABASE_URL=postgresql://hooktrail@db/hooktrail hooktrail doctor --output wide`,
    )
    .action(
      act(async (context) => {
        let problems = 0;
        const all = async function* (): AsyncGenerator<Finding, void, undefined> {
          for (const check of [checkSettings, checkMachine, checkServer]) {
            for await (const finding of check(context)) {
              if (finding.state === 'problem') problems++;
              yield finding;
            }
          }
        };
        await context.printer.list(all(), findingView);
        return problems > 0 ? EXIT.failed : EXIT.ok;
      }),
    );
};
