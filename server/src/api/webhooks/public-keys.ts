import { Type } from 'typebox';
import type { Webhook } from '../../model/webhook.ts';
import { newSigningKey } from '../../secrets/new-signing-key.ts';
import { publicKeyText } from '../../secrets/public-key-text.ts';
import { findWebhook } from '../callers/find-webhook.ts';
import { updateWebhook } from '../callers/update-webhook.ts';
import { ApiError } from '../errors/api-error.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import { WebhookParams } from '../schema/webhook-params.ts';
import type { Routes } from '../services/routes.ts';
import { MAX_GRACE_SECONDS } from './max-grace-seconds.ts';
import { PublicKeyBody } from './public-key-schema.ts';

const PATH = '/v1/webhooks/:id/public_key';

const replaceParameters = Type.Object({
  grace_seconds: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: MAX_GRACE_SECONDS,
      description:
        'Grace period in seconds, during which the old key signs too. Default 0: it is dropped immediately.',
    }),
  ),
});

/** Shows the public key of a webhook, and replaces the pair. The private key is never shown. */
export const publicKeys: Routes = (app, services) => {
  const { clock, directory } = services;
  const tags = ['Webhooks'];

  const keysOf = ({ id, signingKeys }: Webhook) => {
    if (signingKeys !== undefined) return signingKeys;
    const how = 'the delivery rule signatures makes one when it has v1a';
    throw new ApiError('RecordNotFound', `webhook ${id} has no key pair: ${how}`);
  };

  const answer = (webhook: Webhook, nowMs: number) => {
    const { current, previous } = keysOf(webhook);
    return {
      public_key: publicKeyText(current),
      ...(previous !== undefined &&
        previous.until.getTime() > nowMs && {
          previous_public_key: publicKeyText(previous.text),
          previous_until: previous.until.toISOString(),
        }),
    };
  };

  app.get(
    PATH,
    {
      schema: {
        operationId: 'showPublicKey',
        summary: 'Show the public key of the `v1a` signatures of a webhook',
        description: '404 when the webhook has none.',
        tags,
        params: WebhookParams,
        response: { 200: PublicKeyBody, ...errorAnswers(404) },
      },
    },
    async ({ caller, params }) => answer(findWebhook(directory, caller, params.id), clock.now()),
  );

  app.post(
    PATH,
    {
      schema: {
        operationId: 'replacePublicKey',
        summary: 'Replace the key pair of the `v1a` signatures of a webhook',
        description:
          'Attempts that start after the answer are signed with the new key. A second replacement within the grace period drops the oldest key. No body.',
        tags,
        params: WebhookParams,
        querystring: replaceParameters,
        response: { 201: PublicKeyBody, ...errorAnswers(400, 404) },
      },
    },
    async (request, reply) => {
      const { params, query } = request;
      const graceMs = (query.grace_seconds ?? 0) * 1_000;
      const nowMs = clock.now();
      const updated = await updateWebhook(services, request, params.id, (current) => {
        const { current: text } = keysOf(current);
        const previous = graceMs === 0 ? undefined : { text, until: new Date(nowMs + graceMs) };
        return { ...current, signingKeys: { current: newSigningKey(), previous } };
      });
      return reply.code(201).send(answer(updated, nowMs));
    },
  );
};
