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
    paused_by: Type.Optional(Type.String({ description: 'The id of a token.' })),
  },
  { ...CLOSED, description: 'Whether the webhook is paused now.' },
);

/** Hold a webhook by hand, and let it go. Both may be done again: then nothing changes. */
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
        summary: 'Hold the deliveries of a webhook',
        description:
          'Events go on being accepted for it, and wait. One that is paused already keeps the time since when. No body.',
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
        summary: 'Let the deliveries of a paused webhook go on',
        description:
          'What has waited goes out. One that is not paused stays so. An open circuit breaker may send its next probe at once. No body.',
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
