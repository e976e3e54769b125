import type { Account } from '../../model/account.ts';
import { isSubscription } from '../../model/event-type.ts';
import { idTimeMs } from '../../model/ids.ts';
import { DIRECT } from '../../model/webhook.ts';
import { listKeyedEvents } from '../../search/keys/list-keyed-events.ts';
import type { EventFilters } from '../../sql/read-account-events.ts';
import { readSources } from '../../sql/read-sources.ts';
import { eventFiltersOf } from '../../trail/event-filters-of.ts';
import { eventSpanOf } from '../../trail/event-span-of.ts';
import { listEvents as readEvents } from '../../trail/list-events.ts';
import { showValue } from '../errors/show-value.ts';
import { validationError } from '../errors/validation-error.ts';
import { parseRange } from '../input/parse-range.ts';
import { paging } from '../lists/paging.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import type { Routes } from '../services/routes.ts';
import type { Services } from '../services/services.ts';
import { EventList, EventParameters } from './event-schema.ts';
import { eventView } from './event-view.ts';
import { readEventQuery } from './read-event-query.ts';

const PARAMETERS = Object.keys(EventParameters.properties);

/** `GET /v1/events`: lists the events of an account. */
export const listEvents: Routes = (app, services) => {
  app.get(
    '/v1/events',
    {
      schema: {
        operationId: 'listEvents',
        summary: 'List events by creation',
        description:
          'All events of the account that are kept, without their bodies. No row ever moves in this list, so a walk to its end is exact while events are published. With `filter[type]` or a type in `q` a page reads at most 50,000 events or for 250 ms: it may be short or empty although `has_more` is true, and `meta.covered` says how far it has come. The value of a key in `q` finds our own events by an index.',
        tags: ['Events'],
        querystring: EventParameters,
        response: { 200: EventList, ...errorAnswers(400) },
      },
    },
    async (request, reply) => {
      const { caller, query } = request;
      const range = parseRange(query);
      // Tokens are loaded together with their accounts, so every caller has one.
      const account = services.directory.account(caller.accountId) as Account;
      const compiled = readEventQuery(query, services.clock.now(), account);
      const keyed = compiled.keys.length > 0;
      const descending = query.sort !== 'created_at';
      const pages = paging(
        services,
        {
          list: keyed ? 'events by keys' : 'events',
          owner: caller.accountId,
          sort: descending ? '-created_at' : 'created_at',
        },
        PARAMETERS,
      );
      const asking = { descending, page: pages.request(query) };
      const filters = typeFilter(query['filter[type]']);
      const page = keyed
        ? await listKeyedEvents(services, {
            ...asking,
            ...range,
            account,
            filters,
            query: compiled,
          })
        : await readEvents(services, {
            ...asking,
            ...eventSpanOf(compiled.created, range),
            accountId: caller.accountId,
            archived: await hasSources(services, caller.accountId),
            filters: { ...filters, ...eventFiltersOf(compiled) },
          });
      const { meta, links } = pages.answer(page, request, reply);
      const { covered } = page;
      return {
        events: page.rows.map(eventView),
        meta: {
          ...meta,
          ...(covered !== undefined && { covered: new Date(idTimeMs(covered.id)).toISOString() }),
        },
        links,
      };
    },
  );
};

async function hasSources({ database }: Services, accountId: number): Promise<boolean> {
  const [sources] = await database.run(readSources, accountId);
  return sources?.any === true;
}

/** @throws ApiError `InvalidParameter` for what is neither an event type nor a family. */
function typeFilter(type: string | undefined): EventFilters {
  if (type === undefined || type === '*') return {};
  if (!isSubscription(type)) {
    throw validationError('InvalidParameter', [
      {
        field: 'filter[type]',
        code: 'invalid_format',
        message: `filter[type] must be an event type such as order.paid, a family such as order.*, or ${DIRECT}, got ${showValue(type)}`,
      },
    ]);
  }
  return type.endsWith('*') ? { typePrefix: type.slice(0, -1) } : { type };
}
