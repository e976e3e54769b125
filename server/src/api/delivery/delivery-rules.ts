import type { Account } from '../../model/account.ts';
import { rulesOf } from '../../model/rules-of.ts';
import type { Webhook } from '../../model/webhook.ts';
import { findWebhook } from '../callers/find-webhook.ts';
import { updateWebhook } from '../callers/update-webhook.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import { WebhookParams } from '../schema/webhook-params.ts';
import type { Routes } from '../services/routes.ts';
import { DeliveryBody, DeliveryInputBody } from './delivery-schema.ts';
import { readOwnRules } from './read-own-rules.ts';
import { effectiveRulesView, ownRulesView } from './rules-view.ts';

/** The delivery rules of a webhook: its overrides, and the rules in force. */
export const deliveryRules: Routes = (app, services) => {
  const { clock, closeBreaker, directory } = services;
  const tags = ['Delivery'];

  const answer = (webhook: Webhook) => {
    const account = directory.account(webhook.accountId) as Account;
    return {
      delivery: ownRulesView(webhook.ownRules ?? {}),
      effective: effectiveRulesView(account.profile, rulesOf(webhook, account)),
    };
  };

  app.get(
    '/v1/webhooks/:id/delivery',
    {
      schema: {
        operationId: 'showDeliveryRules',
        summary: 'Show the delivery rules of a webhook',
        tags,
        params: WebhookParams,
        response: { 200: DeliveryBody, ...errorAnswers(404) },
      },
    },
    async ({ caller, params }) => answer(findWebhook(directory, caller, params.id)),
  );

  app.put(
    '/v1/webhooks/:id/delivery',
    {
      schema: {
        operationId: 'replaceDeliveryRules',
        summary: 'Replace the delivery rules that a webhook overrides',
        description:
          'Omitted fields fall back to the account\'s profile; `{"delivery": {}}` removes all overrides. Invocations that wait for a retry keep their time.',
        tags,
        params: WebhookParams,
        body: DeliveryInputBody,
        response: { 200: DeliveryBody, ...errorAnswers(400, 404, 413, 415, 422) },
      },
    },
    async (request) => {
      const { body, caller, params } = request;
      const ownRules = readOwnRules(body.delivery);
      const updated = await updateWebhook(services, request, params.id, (current) => ({
        ...current,
        ownRules,
        updatedAt: new Date(clock.now()),
        updatedBy: caller.tokenId,
      }));
      if (updated.ownRules?.breaker === null) await closeBreaker(updated.id);
      return answer(updated);
    },
  );
};
