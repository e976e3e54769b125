import type { SearchPagePromise, SearchResult } from '@hooktrail/sdk/hooktrail';
import { limited, pageSize } from '../input/limited.ts';
import { type ListOptions, listOptions } from '../input/list-options.ts';
import { isJson } from '../output/formats.ts';
import type { AddCommand } from '../session/act.ts';
import { searchView } from '../views/search-view.ts';

/** Searches words in everything that was published, sent and answered. */
export const search: AddCommand = (parent, act) => {
  const command = parent
    .command('search')
    .description(
      'Searches everything that was published, sent and answered, newest first. Words and phrases stand beside terms of the query language; docs/search.md describes what is searched.',
    )
    .argument('<query...>', 'words, phrases in double quotes, and terms such as since:2d');
  listOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail search '"order 40123"'
  $ hooktrail search refund overloaded since:2d
  $ hooktrail search /detail/id:9876 --output id`,
    )
    .action(
      act(async (context, words: string[], options: ListOptions) => {
        const hooktrail = await context.hooktrail();
        const list: SearchPagePromise = hooktrail.search(
          words.join(' '),
          { pageSize: pageSize(options) },
          { signal: context.signal },
        );
        const { printer } = context;
        const results = limited(context, list, options);
        await printer.list(isJson(printer.format) ? results : rowsOf(results), searchView);
      }),
    );
};

/** In a table each result has a line: what it is, and its first match. */
async function* rowsOf(
  results: AsyncIterable<SearchResult>,
): AsyncGenerator<object, void, undefined> {
  for await (const { event, invocation, ...result } of results) {
    const [match] = result.matches;
    const found = invocation ?? event;
    yield {
      ...result,
      event,
      invocation,
      id: found?.id ?? result.id,
      kind: invocation === undefined ? 'event' : 'invocation',
      in: match?.attempt === undefined ? match?.in : `${match.in} of attempt ${match.attempt}`,
      text: match?.text,
    };
  }
}
