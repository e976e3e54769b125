import { usageFailure } from '../failures/usage-failure.ts';
import { invocationQuery, type QueryOptions, queryOptions } from '../input/invocation-query.ts';
import { isJson } from '../output/formats.ts';
import type { AddCommand } from '../session/act.ts';
import { countsView } from '../views/counts-view.ts';

interface Options extends QueryOptions {
  readonly by?: string;
  readonly step?: string;
}

/** Counts attempts and outcomes. */
export const counts: AddCommand = (parent, act) => {
  queryOptions(
    parent
      .command('counts')
      .description(
        'Counts attempts and settled invocations of the last 24 hours, or of the span that a query names, by webhook, status, error class and time. docs/counts.md says what is exact.',
      )
      .argument('[query...]', 'terms of the query language')
      .option('--by <fields>', 'a row for each: webhook, status, error; several with commas')
      .option('--step <unit>', 'a row for each minute, hour or day'),
  )
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail counts --by webhook,status since:2h
  $ hooktrail counts --webhook orders --step hour --output csv`,
    )
    .action(
      act(async (context, words: string[], { by, step, ...query }: Options) => {
        const hooktrail = await context.hooktrail();
        const fields = by?.split(',').map((one) => one.trim());
        if (fields?.includes('')) throw usageFailure('--by has an empty field');
        const found = await hooktrail.counts(
          invocationQuery(words, query),
          { ...(fields && { by: fields }), ...(step !== undefined && { step }) },
          { signal: context.signal },
        );
        const { printer } = context;
        if (isJson(printer.format)) return await printer.one(found, countsView);
        const total = found.total ?? {
          settled: found.live?.invocations,
          ...(found.live?.more === true && { more: true }),
        };
        await printer.list(found.counts.length > 0 ? found.counts : [total], countsView);
      }),
    );
};
