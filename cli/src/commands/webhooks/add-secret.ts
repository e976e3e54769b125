import { usageFailure } from '../../failures/usage-failure.ts';
import { findWebhook } from '../../input/find-webhook.ts';
import { wholeNumber } from '../../input/whole-number.ts';
import type { AddCommand } from '../../session/act.ts';
import { secretView } from '../../views/secret-view.ts';

interface Options {
  readonly reset?: boolean;
  readonly grace?: number;
}

/** Adds what shows and replaces the signing secret. */
export const addSecret: AddCommand = (group, act) => {
  group
    .command('secret')
    .description('Shows the signing secret of a webhook, or replaces it.')
    .argument('<webhook>', 'id or name')
    .option('--reset', 'replace it by a random one')
    .option(
      '--grace <seconds>',
      'for how long deliveries carry a signature by the previous one too',
      wholeNumber(0),
    )
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail webhooks secret orders --output id
  $ hooktrail webhooks secret orders --reset --grace 86400`,
    )
    .action(
      act(async (context, webhook: string, { reset, grace }: Options) => {
        if (grace !== undefined && reset !== true) throw usageFailure('--grace belongs to --reset');
        const { signal } = context;
        const zendesk = await context.zendesk();
        const id = await findWebhook(zendesk, webhook);
        if (reset !== true) {
          const secret = await zendesk.webhooks.getSigningSecret(id, { signal });
          return await context.printer.one(secret, secretView);
        }
        const secret =
          grace === undefined
            ? await zendesk.webhooks.resetSigningSecret(id, { signal })
            : await (await context.hooktrail()).webhooks.resetSigningSecret(id, {
                graceSeconds: grace,
                signal,
              });
        await context.printer.one(secret, secretView);
      }),
    );
};
