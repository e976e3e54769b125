import { invocationQuery, type QueryOptions, queryOptions } from '../input/invocation-query.ts';
import type { AddCommand } from '../session/act.ts';
import { undeliveredView } from '../views/undelivered-view.ts';

/** What is undelivered now. */
export const undelivered: AddCommand = (parent, act) => {
  queryOptions(
    parent
      .command('undelivered')
      .description(
        'Counts what waits after a failure or ended without a success, by webhook and cause, the largest first: what `state:undelivered` finds. Exact up to 10,000 of a webhook; then `more` is true.',
      )
      .argument('[query...]', 'terms of the query language that narrow it'),
  )
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail undelivered
  $ hooktrail undelivered --webhook orders since:2d
  $ hooktrail invocations state:undelivered --webhook orders   # the invocations themselves
  $ hooktrail replay state:undelivered --webhook orders        # send them again`,
    )
    .action(
      act(async (context, words: string[], options: QueryOptions) => {
        const hooktrail = await context.hooktrail();
        const found = await hooktrail.undelivered(invocationQuery(words, options), {
          signal: context.signal,
        });
        await context.printer.list(found.undelivered, undeliveredView);
        const { count, more, waiting, groups } = found.total;
        context.note(
          groups === 0
            ? 'nothing is undelivered'
            : `${count}${more ? '+' : ''} undelivered, ${waiting} of them wait${
                groups > found.undelivered.length
                  ? `; ${found.undelivered.length} of ${groups} groups shown`
                  : ''
              }`,
          { count, more, waiting, groups, covered: found.meta.covered },
        );
      }),
    );
};
