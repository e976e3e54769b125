import type { Account } from '../../model/account.ts';
import type { OwnRules } from '../../model/rules.ts';
import { rulesOf } from '../../model/rules-of.ts';
import type { Webhook } from '../../model/webhook.ts';
import { newSigningKey } from '../../secrets/new-signing-key.ts';
import { findWebhook } from '../callers/find-webhook.ts';
import { updateWebhook } from '../callers/update-webhook.ts';
import { FieldErrors } from '../errors/field-errors.ts';
import { cloudEventConflicts } from '../input/cloud-event-conflicts.ts';
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
      const updated = await updateWebhook(services, request, params.id, (current) => {
        checkCloudEvents(current, ownRules);
        return {
          ...current,
          ownRules,
          // It stays when `v1a` is switched off: who switches it on again has the key that receivers know.
          signingKeys:
            current.signingKeys === undefined && ownRules?.signatures?.includes('v1a') === true
              ? { current: newSigningKey(), previous: undefined }
              : current.signingKeys,
          updatedAt: new Date(clock.now()),
          updatedBy: caller.tokenId,
        };
      });
      if (updated.ownRules?.breaker === null) await closeBreaker(updated.id);
      return answer(updated);
    },
  );
};

/** @throws ApiError `InvalidBody` if the settings of the webhook stand against CloudEvents. */
function checkCloudEvents(webhook: Webhook, own: OwnRules | undefined): void {
  const rules = own?.cloudEvents ?? null;
  const errors = new FieldErrors();
  for (const { field, message } of rules === null ? [] : cloudEventConflicts(rules, webhook)) {
    errors.add('delivery.cloudevents', 'conflict', `needs another webhook: ${field} ${message}`);
  }
  errors.throwIfAny();
}
