import { actOf } from './act-of.ts';
import { errorAnswers } from './error-schema.ts';
import { findWebhook, noSuchWebhook } from './find-webhook.ts';
import { newSecret } from './new-secret.ts';
import type { Routes } from './routes.ts';
import { SecretBody, WebhookParams } from './webhook-schema.ts';

function secretBody(secret: string) {
  return { signing_secret: { secret, algorithm: 'SHA256' as const } };
}

/** Show and reset the secret by which deliveries of a webhook are signed. */
export const signingSecrets: Routes = (app, { directory, webhooks }) => {
  const tags = ['Webhooks'];

  app.get(
    '/api/v2/webhooks/:id/signing_secret',
    {
      schema: {
        operationId: 'showSigningSecret',
        summary: 'Show the signing secret of a webhook',
        tags,
        params: WebhookParams,
        response: { 200: SecretBody, ...errorAnswers(404) },
      },
    },
    async ({ caller, params }) =>
      secretBody(findWebhook(directory, caller, params.id).signingSecret),
  );

  app.post(
    '/api/v2/webhooks/:id/signing_secret',
    {
      schema: {
        operationId: 'resetSigningSecret',
        summary: 'Replace the signing secret of a webhook by a new one',
        description: 'Attempts that begin after the answer are signed with the new one. No body.',
        tags,
        params: WebhookParams,
        response: { 201: SecretBody, ...errorAnswers(404) },
      },
    },
    async (request, reply) => {
      const { caller, params } = request;
      findWebhook(directory, caller, params.id);
      const signingSecret = newSecret();
      const changed = await webhooks.update(
        caller.accountId,
        params.id,
        actOf(request),
        (current) => ({ ...current, signingSecret }),
      );
      if (changed === undefined) throw noSuchWebhook(params.id);
      return reply.code(201).send(secretBody(signingSecret));
    },
  );
};
