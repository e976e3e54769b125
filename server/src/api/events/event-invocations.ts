import { listEventInvocations } from '../../trail/list-event-invocations.ts';
import { paging } from '../lists/paging.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import type { Routes } from '../services/routes.ts';
import { EventInvocationList, EventInvocationParameters, EventParams } from './event-schema.ts';
import { eventInvocationView } from './event-view.ts';
import { requireEvent } from './require-event.ts';

const PARAMETERS = Object.keys(EventInvocationParameters.properties);

/** `GET /v1/events/{id}/invocations`: lists the invocations of an event. */
export const eventInvocations: Routes = (app, services) => {
  app.get(
    '/v1/events/:id/invocations',
    {
      schema: {
        operationId: 'listEventInvocations',
        summary: 'List the invocations of an event',
        description:
          'Newest webhook first, also of deleted webhooks, while they are kept. A page looks at 5,000 webhooks of the account at most, so it may be short or empty although `has_more` is true.',
        tags: ['Events'],
        params: EventParams,
        querystring: EventInvocationParameters,
        response: { 200: EventInvocationList, ...errorAnswers(400, 404) },
      },
    },
    async (request, reply) => {
      const { caller, params, query } = request;
      const event = await requireEvent(services, caller, params.id);
      const pages = paging(
        services,
        { list: 'event invocations', owner: event.id, sort: '' },
        PARAMETERS,
      );
      const page = await listEventInvocations(services, {
        accountId: caller.accountId,
        event,
        page: pages.request(query),
      });
      return {
        invocations: page.rows.map(eventInvocationView),
        ...pages.answer(page, request, reply),
      };
    },
  );
};
