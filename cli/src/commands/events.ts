import { limited, pageSize } from '../input/limited.ts';
import { type ListOptions, listOptions } from '../input/list-options.ts';
import { visibleText } from '../output/visible-text.ts';
import type { AddCommand } from '../session/act.ts';
import { eventInvocationView } from '../views/event-invocation-view.ts';
import { eventView } from '../views/event-view.ts';

interface Options extends ListOptions {
  readonly type?: string;
  readonly sort?: string;
}

/** What was published, and what became of it. */
export const events: AddCommand = (parent, act) => {
  const group = parent
    .command('events')
    .description('Events: what publishers posted.')
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail events list --type 'order.*' since:2h
  $ hooktrail events body order-1001-paid | jq .
  $ hooktrail events invocations order-1001-paid`,
    );

  listOptions(
    group
      .command('list')
      .description('Lists events, newest first.')
      .argument('[query...]', 'terms: type, created, since, until and the keys of the account')
      .option('-t, --type <type>', 'an event type, or a family such as order.*')
      .option('--sort <order>', 'created_at or -created_at'),
  ).action(
    act(async (context, words: string[], options: Options) => {
      const hooktrail = await context.hooktrail();
      const list = hooktrail.events.list(
        {
          ...(words.length > 0 && { q: words.join(' ') }),
          filterType: options.type,
          sort: options.sort,
          pageSize: pageSize(options),
        },
        { signal: context.signal },
      );
      await context.printer.list(limited(context, list, options), eventView);
    }),
  );

  group
    .command('get')
    .description('Shows an event: its body, its invocations, and the webhooks that it skipped.')
    .argument('<event>', 'the id that the publisher chose or got')
    .action(
      act(async (context, id: string) => {
        const hooktrail = await context.hooktrail();
        await context.printer.one(
          await hooktrail.events.get(id, { signal: context.signal }),
          eventView,
        );
      }),
    );

  group
    .command('body')
    .description('Prints the body of an event as receivers get it, byte for byte.')
    .argument('<event>', 'the id of the event')
    .action(
      act(async (context, id: string) => {
        const hooktrail = await context.hooktrail();
        const body = await hooktrail.events.body(id, { signal: context.signal });
        // A terminal needs a line end and no control characters, and a program the bytes.
        const { showsData } = context.terminal;
        await context.printer.text(showsData ? `${visibleText(body)}\n` : body);
      }),
    );

  listOptions(
    group
      .command('invocations')
      .description('Lists the invocations of an event.')
      .argument('<event>', 'the id of the event'),
  ).action(
    act(async (context, id: string, options: ListOptions) => {
      const hooktrail = await context.hooktrail();
      const { signal } = context;
      const list = hooktrail.events.invocations(id, { pageSize: pageSize(options) }, { signal });
      await context.printer.list(limited(context, list, options), eventInvocationView);
    }),
  );
};
