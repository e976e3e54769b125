import { Type } from 'typebox';
import type { Webhook } from '../../model/webhook.ts';
import { newSecret } from '../../secrets/new-secret.ts';
import { findWebhook } from '../callers/find-webhook.ts';
import { updateWebhook } from '../callers/update-webhook.ts';
import { zendeskErrorAnswers } from '../schema/error-schema.ts';
import { WebhookParams } from '../schema/webhook-params.ts';
import type { Routes } from '../services/routes.ts';
import { MAX_GRACE_SECONDS } from './max-grace-seconds.ts';
import { SecretBody, SecretInputBody } from './webhook-schema.ts';

const resetParameters = Type.Object({
  grace_seconds: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: MAX_GRACE_SECONDS,
      description:
        'Grace period in seconds, during which Standard Webhooks signatures are also made with the old secret. Default 0: the old secret is dropped immediately. The Zendesk header always carries one signature, with the new secret.',
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

/** Shows and resets the signing secret of a webhook. */
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
        response: { 200: SecretBody, ...zendeskErrorAnswers(404) },
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
        summary: 'Replace the signing secret of a webhook with a new one',
        description:
          'Attempts that start after the answer are signed with the new secret: that of the body, or one that is made. A second reset within the grace period drops the oldest secret: only the one just replaced stays valid.',
        tags,
        params: WebhookParams,
        querystring: resetParameters,
        body: SecretInputBody,
        response: { 201: SecretBody, ...zendeskErrorAnswers(400, 404, 413, 415) },
      },
    },
    async (request, reply) => {
      const { body, params, query } = request;
      const signingSecret = body?.signing_secret?.secret ?? newSecret();
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
