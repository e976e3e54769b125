import { usageFailure } from '../failures/usage-failure.ts';
import { findWebhook } from '../input/find-webhook.ts';
import { instant } from '../input/instant.ts';
import { invocationQuery, type QueryOptions, queryOptions } from '../input/invocation-query.ts';
import { limited, pageSize } from '../input/limited.ts';
import { type ListOptions, listOptions } from '../input/list-options.ts';
import { sayUnknownWebhook } from '../input/say-unknown-webhook.ts';
import type { AddCommand } from '../session/act.ts';
import type { Context } from '../session/context.ts';
import { invocationView } from '../views/invocation-view.ts';
import { webhookInvocationView } from '../views/webhook-invocation-view.ts';

interface Options extends ListOptions, QueryOptions {
  readonly sort?: string;
}

/** Lists invocations by a query. */
export const invocations: AddCommand = (parent, act) => {
  const command = parent
    .command('invocations')
    .alias('list')
    .description(
      'Lists the invocations of all webhooks that a query selects, newest first. Options are short forms of terms, and all must match. docs/query.md describes the language.',
    )
    .argument('[query...]', 'terms of the query language, such as status:failed code:5xx')
    .option('--sort <order>', 'created, -created, latest or -latest (by the latest attempt)');
  listOptions(queryOptions(command))
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail invocations status:failed,timeout since:2h
  $ hooktrail invocations --webhook "Orders, EU" --status "server error" -n 10
  $ hooktrail invocations state:undelivered --all --output id
  $ hooktrail invocations code:5xx --columns id,webhook.name,status_code --output csv`,
    )
    .action(
      act(async (context, words: string[], options: Options) => {
        if (context.globals.zendesk !== undefined) return await ofZendesk(context, words, options);
        const hooktrail = await context.hooktrail();
        const list = hooktrail.invocations.list(
          invocationQuery(words, options),
          { sort: options.sort, pageSize: pageSize(options) },
          { signal: context.signal },
        );
        let some = false;
        const rows = async function* (): AsyncGenerator<object, void, undefined> {
          for await (const one of limited(context, list, options)) {
            some = true;
            yield one;
          }
        };
        await context.printer.list(rows(), invocationView);
        if (!some && options.webhook !== undefined) {
          await sayUnknownWebhook(context, hooktrail, options.webhook, context.signal);
        }
      }),
    );
};

/** Zendesk lists one webhook, by time and one status. */
async function ofZendesk(context: Context, words: string[], options: Options): Promise<void> {
  const { webhook, status, since, until, type } = options;
  if (words.length > 0 || type !== undefined) {
    throw usageFailure(
      'Zendesk has no query language: use --webhook, --status, --since and --until',
    );
  }
  if (webhook === undefined)
    throw usageFailure('Zendesk lists one webhook: name it with --webhook');
  const zendesk = await context.zendesk();
  const list = zendesk.webhookInvocations.list(
    await findWebhook(zendesk, webhook),
    {
      filterStatus: status,
      filterFromTs: await instant('--since', since),
      filterToTs: await instant('--until', until),
      sort: options.sort,
      pageSize: pageSize(options),
    },
    { signal: context.signal },
  );
  await context.printer.list(limited(context, list, options), webhookInvocationView);
}
