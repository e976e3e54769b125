import { Type } from 'typebox';
import type { Directory } from '../../directory/directory.ts';
import type { KeptSkips } from '../../model/skipped.ts';
import { DIRECT } from '../../model/webhook.ts';
import { listEventInvocations } from '../../trail/list-event-invocations.ts';
import { publicEventId } from '../../trail/public-event-id.ts';
import { notFound } from '../errors/not-found.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import { MAX_PAGE_SIZE } from '../schema/page-schema.ts';
import type { Routes } from '../services/routes.ts';
import { eventLinks } from './event-links.ts';
import { EventParams, ShownEvent } from './event-schema.ts';
import { eventInvocationView, eventView } from './event-view.ts';
import { originalHeaders } from './original-headers.ts';
import { requireEvent } from './require-event.ts';

/** Shows one event, and its body alone. */
export const showEvent: Routes = (app, services) => {
  app.get(
    '/v1/events/:id',
    {
      schema: {
        operationId: 'showEvent',
        summary: 'Show an event and what became of it',
        description:
          'By the id that `publish` answered; of several events with one id the newest. `stored_id` finds each of them.',
        tags: ['Events'],
        params: EventParams,
        response: { 200: ShownEvent, ...errorAnswers(400, 404) },
      },
    },
    async (request) => {
      const { caller, params } = request;
      const { accountId } = caller;
      const event = await requireEvent(services, caller, params.id);
      const { rows } = await listEventInvocations(services, {
        accountId,
        event,
        page: { size: MAX_PAGE_SIZE },
      });
      const skips = keptSkips(event.skipped);
      const { type, body } = event;
      // Earlier versions kept the publisher's id in the body alone.
      const publicId =
        event.source === null && event.invocations_count === null && body !== null
          ? publicEventId({ event_id: event.id, event_type: type }, body)
          : (event.own_id ?? event.id);
      // The trail's id is never ambiguous.
      const { body: bodyUrl, invocations } = eventLinks(services.publicUrl, request, event.id);
      return {
        event: {
          ...eventView({
            ...event,
            own_id: publicId === event.id ? null : publicId,
            skipped_count: skips.reduce((sum, { count }) => sum + count, 0),
          }),
          ...(body !== null && { body }),
          ...originalHeaders(event.key_headers),
          invocations: rows.map(eventInvocationView),
          skipped: skips.flatMap((skip) => skippedView(skip, services.directory)),
        },
        links: { body: bodyUrl, invocations },
      };
    },
  );

  app.get(
    '/v1/events/:id/body',
    {
      schema: {
        operationId: 'showEventBody',
        summary: 'Show the body of an event',
        description:
          'The bytes that receivers get: `application/json`, or for what `invokeWebhook` took `application/octet-stream`.',
        tags: ['Events'],
        params: EventParams,
        response: {
          200: {
            description: 'The bytes that receivers get.',
            content: {
              'application/json': { schema: Type.Unknown() },
              'application/octet-stream': { schema: Type.Unsafe<unknown>({ type: 'string' }) },
            },
          },
          ...errorAnswers(400, 404),
        },
      },
    },
    async ({ caller, params }, reply) => {
      const { type, body, source } = await requireEvent(services, caller, params.id);
      if (body === null) throw notFound('event', params.id);
      const isJson = source === null ? type !== DIRECT : type !== null;
      reply.type(isJson ? 'application/json; charset=utf-8' : 'application/octet-stream');
      return reply.send(Buffer.from(body));
    },
  );
};

function keptSkips(text: string | null): readonly KeptSkips[] {
  return text === null ? [] : (JSON.parse(text) as KeptSkips[]);
}

function skippedView({ reason, webhook_ids: ids }: KeptSkips, directory: Directory) {
  return ids.map((id) => {
    const webhook = directory.webhook(id);
    return { webhook_id: id, ...(webhook && { webhook_name: webhook.name }), reason };
  });
}
