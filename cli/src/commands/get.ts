import type { AddCommand } from '../session/act.ts';
import { invocationDetailsView } from '../views/invocation-details-view.ts';

/** Shows one invocation. */
export const get: AddCommand = (parent, act) => {
  parent
    .command('get')
    .description('Shows an invocation by its id: where it is, why, and its history.')
    .argument('<invocation>', 'the id of the invocation')
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail get 01M8HTAW2PZRKB1HMA9YE1PR53
  $ hooktrail get 01M8HTAW2PZRKB1HMA9YE1PR53 --output json | jq -r .explanation`,
    )
    .action(
      act(async (context, id: string) => {
        const hooktrail = await context.hooktrail();
        const { signal } = context;
        await context.printer.one(
          await hooktrail.invocations.get(id, { signal }),
          invocationDetailsView,
        );
      }),
    );
};
