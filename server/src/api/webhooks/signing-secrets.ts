import { Type } from 'typebox';
import type { Webhook } from '../../model/webhook.ts';
import { newSecret } from '../../secrets/new-secret.ts';
import { findWebhook } from '../callers/find-webhook.ts';
import { updateWebhook } from '../callers/update-webhook.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import { WebhookParams } from '../schema/webhook-params.ts';
import type { Routes } from '../services/routes.ts';
import { SecretBody } from './webhook-schema.ts';

/** A week: longer than that, a secret that leaked would go on being good. */
const MAX_GRACE_SECONDS = 7 * 24 * 60 * 60;

const resetParameters = Type.Object({
  grace_seconds: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: MAX_GRACE_SECONDS,
      description:
        'For how long Standard Webhooks signatures are made with the old secret too; 0, at once without it, when absent. The Zendesk header has one signature: the new one.',
    }),
  ),
});

function secretBody({ signingSecret, previousSecret }: Webhook, nowMs: number) {
  const until = previousSecret?.until;
  return {
    signing_secret: {
      secret: signingSecret,
      algorithm: 'SHA256' as const,
      ...(until !== undefined &&
        until.getTime() > nowMs && { previous_until: until.toISOString() }),
    },
  };
}

/** Show and reset the secret by which deliveries of a webhook are signed. */
export const signingSecrets: Routes = (app, services) => {
  const { clock, directory } = services;
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
      secretBody(findWebhook(directory, caller, params.id), clock.now()),
  );

  app.post(
    '/api/v2/webhooks/:id/signing_secret',
    {
      schema: {
        operationId: 'resetSigningSecret',
        summary: 'Replace the signing secret of a webhook by a new one',
        description:
          'Attempts that begin after the answer are signed with the new one. No body. Reset again within the time of grace, the secret that is replaced now takes the place of the one before.',
        tags,
        params: WebhookParams,
        querystring: resetParameters,
        response: { 201: SecretBody, ...errorAnswers(400, 404) },
      },
    },
    async (request, reply) => {
      const { params, query } = request;
      const signingSecret = newSecret();
      const graceMs = (query.grace_seconds ?? 0) * 1_000;
      const nowMs = clock.now();
      const updated = await updateWebhook(services, request, params.id, (current) => ({
        ...current,
        signingSecret,
        previousSecret:
          graceMs === 0
            ? undefined
            : { text: current.signingSecret, until: new Date(nowMs + graceMs) },
      }));
      return reply.code(201).send(secretBody(updated, nowMs));
    },
  );
};
