import type { WebhookInput } from '@hooktrail/sdk';
import { describeFailure } from '../../failures/describe-failure.ts';
import { EXIT } from '../../failures/exit-codes.ts';
import { usageFailure } from '../../failures/usage-failure.ts';
import { findWebhook } from '../../input/find-webhook.ts';
import { type WebhookOptions, webhookFields, webhookOptions } from '../../input/webhook-fields.ts';
import type { AddCommand } from '../../session/act.ts';
import { webhookView } from '../../views/webhook-view.ts';

const DEFAULTS = { httpMethod: 'POST', requestFormat: 'json', status: 'active' } as const;

interface EditOptions extends WebhookOptions {
  readonly name?: string;
  readonly endpoint?: string;
}

interface DeleteOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** Adds what changes webhooks. */
export const addChanges: AddCommand = (group, act) => {
  webhookOptions(
    group
      .command('create')
      .description(
        'Creates a webhook, and prints it. It is active and sends JSON by POST by default.',
      )
      .argument('<name>', 'the name, for people')
      .argument('<endpoint>', 'the URL that receives the deliveries'),
  ).action(
    act(async (context, name: string, endpoint: string, options: WebhookOptions) => {
      const zendesk = await context.zendesk();
      const webhook = await zendesk.webhooks.create(
        { ...DEFAULTS, ...webhookFields(options), name, endpoint } as WebhookInput,
        { signal: context.signal },
      );
      await context.printer.one(webhook, webhookView);
    }),
  );

  webhookOptions(
    group
      .command('edit')
      .description('Changes the fields that are given, and prints the webhook.')
      .argument('<webhook>', 'id or name')
      .option('--name <name>', 'the new name')
      .option('--endpoint <url>', 'the new URL'),
  ).action(
    act(async (context, webhook: string, options: EditOptions) => {
      const { name, endpoint } = options;
      const changes = {
        ...webhookFields(options),
        ...(name !== undefined && { name }),
        ...(endpoint !== undefined && { endpoint }),
      };
      if (Object.keys(changes).length === 0)
        throw usageFailure('nothing to change: give an option');
      const zendesk = await context.zendesk();
      const { signal } = context;
      const id = await findWebhook(zendesk, webhook);
      await zendesk.webhooks.patch(id, changes, { signal });
      await context.printer.one(await zendesk.webhooks.get(id, { signal }), webhookView);
    }),
  );

  group
    .command('clone')
    .description('Copies a webhook with its credentials, and prints the copy.')
    .argument('<webhook>', 'id or name')
    .action(
      act(async (context, webhook: string) => {
        const zendesk = await context.zendesk();
        const id = await findWebhook(zendesk, webhook);
        const copy = await zendesk.webhooks.clone(id, { signal: context.signal });
        await context.printer.one(copy, webhookView);
      }),
    );

  group
    .command('delete')
    .description(
      'Deletes webhooks: what waits for them is not sent any more. Prints what it deleted.',
    )
    .argument('<webhook...>', 'ids or names')
    .option('--dry-run', 'print what would be deleted, and do nothing')
    .option('-y, --yes', 'do not ask')
    .action(
      act(async (context, names: string[], { dryRun, yes }: DeleteOptions) => {
        const zendesk = await context.zendesk();
        const { signal, printer } = context;
        const found = [];
        // All are looked up first: a misspelt name must not leave half of them deleted.
        for (const name of names) {
          const id = await findWebhook(zendesk, name);
          found.push(await zendesk.webhooks.get(id, { signal }));
        }
        if (dryRun === true) return await printer.list(found, webhookView);
        const list = found.map(({ name }) => name).join(', ');
        if (found.length > 1) {
          await context.confirm(`Delete ${found.length} webhooks (${list})?`, yes);
        }
        const deleted: object[] = [];
        let failed = 0;
        for (const webhook of found) {
          try {
            await zendesk.webhooks.delete(webhook.id, { signal });
            deleted.push(webhook);
          } catch (error) {
            if (found.length === 1) throw error;
            failed++;
            const { code, message } = describeFailure(error);
            context.note(`${webhook.id}: ${message}`, { id: webhook.id, code });
          }
        }
        await printer.list(deleted, webhookView);
        if (failed === 0) return EXIT.ok;
        return deleted.length === 0 ? EXIT.failed : EXIT.partly;
      }),
    );
};
