import type { DeliveryRules } from '@hooktrail/sdk/hooktrail';
import { usageFailure } from '../../failures/usage-failure.ts';
import { findWebhook } from '../../input/find-webhook.ts';
import { jsonObject } from '../../input/json-object.ts';
import type { AddCommand } from '../../session/act.ts';
import { healthView } from '../../views/health-view.ts';
import { pauseView } from '../../views/pause-view.ts';
import { rulesView } from '../../views/rules-view.ts';

interface RulesOptions {
  readonly set?: Record<string, unknown>;
  readonly clear?: boolean;
}

/** Adds what holds deliveries, lets them go, and shows how they are made. */
export const addDelivery: AddCommand = (group, act) => {
  const verbs = [
    ['pause', 'Holds the deliveries of a webhook; published events wait.'],
    ['resume', 'Lets the deliveries of a paused webhook go.'],
  ] as const;
  for (const [verb, description] of verbs) {
    group
      .command(verb)
      .description(description)
      .argument('<webhook>', 'id or name')
      .action(
        act(async (context, webhook: string) => {
          const hooktrail = await context.hooktrail();
          const id = await findWebhook(hooktrail, webhook);
          const state = await hooktrail.webhooks[verb](id, { signal: context.signal });
          await context.printer.one(state, pauseView);
        }),
      );
  }

  group
    .command('health')
    .description(
      'Shows the state of a webhook: its breaker, its recent outcomes, the oldest waiting.',
    )
    .argument('<webhook>', 'id or name')
    .action(
      act(async (context, webhook: string) => {
        const hooktrail = await context.hooktrail();
        const id = await findWebhook(hooktrail, webhook);
        const health = await hooktrail.webhooks.health(id, { signal: context.signal });
        await context.printer.one(health, healthView);
      }),
    );

  group
    .command('rules')
    .description(
      'Shows the delivery rules of a webhook: its own, and the complete ones that apply.',
    )
    .argument('<webhook>', 'id or name')
    .option('--set <json>', 'replace its own rules by these, as the API has them', jsonObject)
    .option('--clear', 'remove its own rules: those of the profile apply')
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail webhooks rules orders
  $ hooktrail webhooks rules orders --set '{"time_limit_seconds": 30, "concurrency": 4}'`,
    )
    .action(
      act(async (context, webhook: string, { set, clear }: RulesOptions) => {
        if (set !== undefined && clear === true) throw usageFailure('--set or --clear, not both');
        const hooktrail = await context.hooktrail();
        const { signal } = context;
        const id = await findWebhook(hooktrail, webhook);
        // The names of the wire pass the SDK unchanged.
        const rules = (set ?? (clear === true ? {} : undefined)) as DeliveryRules | undefined;
        const delivery =
          rules === undefined
            ? await hooktrail.webhooks.getDelivery(id, { signal })
            : await hooktrail.webhooks.updateDelivery(id, rules, { signal });
        await context.printer.one(delivery, rulesView);
      }),
    );
};
