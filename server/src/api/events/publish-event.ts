import Type from 'typebox';
import { compileKeys } from '../../accept/compile-keys.ts';
import { eventSchema } from '../../accept/event-schema.ts';
import { idempotencyKey } from '../input/idempotency-key.ts';
import { rawBody, takeRawBodies } from '../input/raw-body.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import { TRACE_HEADERS } from '../schema/trace-headers.ts';
import type { App, Routes } from '../services/routes.ts';
import { acceptedSchema } from './accepted-schema.ts';
import { prepareEvent } from './prepare-event.ts';
import { type LinkedAnswer, withLinks } from './with-links.ts';

/** `POST /v1/events`: publishes one event. */
export const publishEvent: Routes = (app, services) => {
  void app.register(async (scope: App) => {
    takeRawBodies(scope);
    scope.post(
      '/v1/events',
      {
        schema: {
          operationId: 'publishEvent',
          summary: 'Publish an event',
          description:
            'Delivers the event to every active webhook whose subscriptions match its type, byte for byte as posted; missing fields are appended. When the answer arrives, the event and its invocations are stored. Publishing it again within 24 hours, with the same `Idempotency-Key` or event `id`, returns the first answer and delivers nothing twice.',
          tags: ['Publishing'],
          headers: Type.Object({
            'idempotency-key': Type.Optional(
              Type.String({
                minLength: 1,
                maxLength: 255,
                pattern: '^[!-~]+$',
                description:
                  'Takes precedence over the `id` of the event. Reuse with another body within 24 hours is rejected.',
              }),
            ),
            ...TRACE_HEADERS,
          }),
          body: eventSchema,
          response: {
            202: Type.Unsafe<LinkedAnswer>({
              ...acceptedSchema,
              description: 'The event and its invocations are stored.',
            }),
            ...errorAnswers(400, 409, 413, 415, 422),
          },
        },
      },
      async (request, reply) => {
        const { accountId } = request.caller;
        const key = idempotencyKey(request.headers);
        const text = rawBody(request).toString();
        const { clock, directory } = services;
        const search = {
          keys: compileKeys(directory.account(accountId)),
          headers: request.headers,
        };
        const { event, idempotency } = prepareEvent(
          text,
          accountId,
          key,
          clock,
          search,
          services.acceptor.eventId,
        );
        reply.code(202);
        const answer = await services.acceptor.publish(accountId, event, idempotency);
        return withLinks(answer, services.publicUrl, request);
      },
    );
  });
};
