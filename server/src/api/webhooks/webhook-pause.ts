import type { FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Paused, Webhook } from '../../model/webhook.ts';
import { updateWebhook } from '../callers/update-webhook.ts';
import { CLOSED } from '../schema/closed.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import { Time } from '../schema/time.ts';
import { WebhookParams } from '../schema/webhook-params.ts';
import type { Routes } from '../services/routes.ts';

const PauseBody = Type.Object(
  {
    paused: Type.Boolean(),
    paused_at: Type.Optional(Time),
    paused_by: Type.Optional(Type.String({ description: 'The id of the token that paused it.' })),
  },
  { ...CLOSED, description: 'Whether the webhook is now paused.' },
);

/** Pauses and resumes the deliveries of a webhook. Both are idempotent. */
export const webhookPause: Routes = (app, services) => {
  const { clock, probeBreakerNow } = services;
  const tags = ['Delivery'];

  const change = async (
    request: FastifyRequest<{ Params: { id: string } }>,
    paused: (current: Webhook) => Paused | undefined,
  ): Promise<Static<typeof PauseBody>> => {
    const { paused: now } = await updateWebhook(
      services,
      request,
      request.params.id,
      (current) => ({ ...current, paused: paused(current) }),
    );
    return now === undefined
      ? { paused: false }
      : { paused: true, paused_at: now.at.toISOString(), paused_by: now.by };
  };

  app.post(
    '/v1/webhooks/:id/pause',
    {
      schema: {
        operationId: 'pauseWebhook',
        summary: 'Pause the deliveries of a webhook',
        description:
          'Its events are still accepted, and wait. Pausing again keeps the first `paused_at`. No body.',
        tags,
        params: WebhookParams,
        response: { 200: PauseBody, ...errorAnswers(404) },
      },
    },
    async (request) =>
      change(
        request,
        (current) => current.paused ?? { at: new Date(clock.now()), by: request.caller.tokenId },
      ),
  );

  app.post(
    '/v1/webhooks/:id/resume',
    {
      schema: {
        operationId: 'resumeWebhook',
        summary: 'Resume the deliveries of a paused webhook',
        description:
          'Sends the waiting invocations, and makes the next probe of an open circuit breaker due immediately. Idempotent. No body.',
        tags,
        params: WebhookParams,
        response: { 200: PauseBody, ...errorAnswers(404) },
      },
    },
    async (request) => {
      const resumed = await change(request, () => undefined);
      await probeBreakerNow(request.params.id);
      return resumed;
    },
  );
};
