import { isJson } from '../output/formats.ts';
import { visibleText } from '../output/visible-text.ts';
import type { AddCommand } from '../session/act.ts';
import { invocationDetailsView } from '../views/invocation-details-view.ts';
import { timelineView } from '../views/timeline-view.ts';

/** Says why an invocation is where it is. */
export const why: AddCommand = (parent, act) => {
  parent
    .command('why')
    .description(
      'Says in words why an invocation waits, failed or was given up, and lists what happened to it, oldest first.',
    )
    .argument('<invocation>', 'the id of the invocation')
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail why 01M8HTAW2PZRKB1HMA9YE1PR53
  $ hooktrail attempts 01M8HTAW2PZRKB1HMA9YE1PR53 --show response.body   # what the endpoint answered`,
    )
    .action(
      act(async (context, id: string) => {
        const hooktrail = await context.hooktrail();
        const { printer, signal } = context;
        const details = await hooktrail.invocations.get(id, { signal });
        if (isJson(printer.format)) return await printer.one(details, invocationDetailsView);
        if (printer.format === 'table' || printer.format === 'wide') {
          await printer.text(`${visibleText(details.explanation)}\n\n`);
        }
        await printer.list(details.timeline, timelineView);
      }),
    );
};
