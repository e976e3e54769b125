import { findWebhook } from '../../input/find-webhook.ts';
import { limited, pageSize } from '../../input/limited.ts';
import { type ListOptions, listOptions } from '../../input/list-options.ts';
import type { AddCommand } from '../../session/act.ts';
import { webhookView } from '../../views/webhook-view.ts';

interface Options extends ListOptions {
  readonly name?: string;
  readonly status?: string;
  readonly sort?: string;
}

/** Adds what lists and shows webhooks. */
export const addLists: AddCommand = (group, act) => {
  listOptions(
    group
      .command('list')
      .description('Lists the webhooks, newest first.')
      .option('--name <part>', 'whose name contains this')
      .option('-s, --status <status>', 'active or inactive')
      .option('--sort <order>', 'name, -name, status or -status'),
  ).action(
    act(async (context, options: Options) => {
      const zendesk = await context.zendesk();
      const list = zendesk.webhooks.list(
        {
          filterNameContains: options.name,
          filterStatus: options.status,
          sort: options.sort,
          pageSize: pageSize(options),
        },
        { signal: context.signal },
      );
      await context.printer.list(limited(context, list, options), webhookView);
    }),
  );

  group
    .command('get')
    .description('Shows a webhook.')
    .argument('<webhook>', 'id or name')
    .action(
      act(async (context, webhook: string) => {
        const zendesk = await context.zendesk();
        const id = await findWebhook(zendesk, webhook);
        const found = await zendesk.webhooks.get(id, { signal: context.signal });
        await context.printer.one(found, webhookView);
      }),
    );
};
