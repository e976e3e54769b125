import type { AddCommand } from '../session/act.ts';
import { nodeView } from '../views/node-view.ts';

/** The nodes of the database. */
export const nodes: AddCommand = (parent, act) => {
  parent
    .command('nodes')
    .description(
      'Lists the nodes: version, since when they are up, how busy they are and how late they deliver. A node is missing when it said nothing for 30 seconds; it is shown for a day. Needs a token of an operator.',
    )
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail nodes
  $ hooktrail nodes --output json | jq -r 'select(.state == "missing") | .address'`,
    )
    .action(
      act(async (context) => {
        const hooktrail = await context.hooktrail();
        const found = await hooktrail.nodes({ signal: context.signal });
        await context.printer.list(found, nodeView);
        const missing = found.filter(({ state }) => state === 'missing').length;
        if (missing > 0) {
          context.note(
            `${missing} of ${found.length} ended without a word, or cannot reach the database`,
            { missing },
          );
        }
      }),
    );
};
