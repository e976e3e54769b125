import type { Account } from '../../model/account.ts';
import { listKeyedInvocations } from '../../search/keys/list-keyed-invocations.ts';
import { readArchiveWebhooks } from '../../sql/read-archive-webhooks.ts';
import { readDeletedWebhookNames } from '../../sql/read-deleted-webhooks.ts';
import { listCreatedInvocations } from '../../trail/list-created-invocations.ts';
import { listLatestInvocations } from '../../trail/list-latest-invocations.ts';
import { namedWebhooks } from '../../trail/named-webhooks.ts';
import { readListedEvents } from '../../trail/read-listed-events.ts';
import { type ListedWebhook, selectWebhooks } from '../../trail/select-webhooks.ts';
import { TooManyRanges } from '../../trail/too-many-ranges.ts';
import { validationError } from '../errors/validation-error.ts';
import { paging } from '../lists/paging.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import type { Routes } from '../services/routes.ts';
import { readListedGaps } from './read-listed-gaps.ts';
import { readTrailQuery } from './read-trail-query.ts';
import { trailInvocationView } from './trail-invocation-view.ts';
import { TrailInvocations, TrailParameters } from './trail-schema.ts';

const PARAMETERS = Object.keys(TrailParameters.properties);

/**
 * A page merges at most this many webhooks: each of them is a probe of an index, and 10,000 take about
 * 0.2 s. Deleted ones count.
 */
export const MOST_WEBHOOKS = 10_000;

/** Lists the invocations of an account over all of its webhooks. */
export const trailInvocations: Routes = (app, services) => {
  app.get(
    '/v1/invocations',
    {
      schema: {
        operationId: 'listAllInvocations',
        summary: 'List the invocations of all webhooks, or of those that a query selects',
        description:
          'As far back as they are kept, also of deleted webhooks. A query covers at most 10,000 webhooks, and by `latest` at most 50,000 days of webhooks. A page may be short, or empty, and yet have `has_more`: follow the links until there is none.',
        tags: ['Invocations'],
        querystring: TrailParameters,
        response: { 200: TrailInvocations, ...errorAnswers(400) },
      },
    },
    async (request, reply) => {
      const { caller, query: parameters } = request;
      const { clock, database, directory } = services;
      const { accountId } = caller;
      const { sort = '-created' } = parameters;
      const descending = sort.startsWith('-');
      // Tokens are loaded together with their accounts, so every caller has one.
      const account = directory.account(accountId) as Account;
      const operation = 'listAllInvocations';
      const query = readTrailQuery(parameters, PARAMETERS, clock.now(), operation, account);
      const keyed = query.keys.length > 0;
      const byLatest = sort.endsWith('latest');
      if (keyed && byLatest) throw notByLatest();
      const list = byLatest ? listLatestInvocations : listCreatedInvocations;
      const pages = paging(
        services,
        { list: keyed ? 'trail by keys' : 'trail', owner: accountId, sort },
        PARAMETERS,
      );
      const asked = pages.request(parameters);
      const deleted = await database.run(readDeletedWebhookNames, {
        accountId,
        among: namedWebhooks(query.webhooks),
        limit: MOST_WEBHOOKS + 1,
      });
      const archived = await database.run(readArchiveWebhooks, {
        accountId,
        among: namedWebhooks(query.webhooks),
        limit: MOST_WEBHOOKS + 1,
      });
      const webhooks = await selectWebhooks({ accountId, archived, deleted, directory }, query);
      if (webhooks.length > MOST_WEBHOOKS) throw tooMany(webhooks.length);
      const asking = { query, webhooks, descending, page: asked };
      const page = keyed
        ? await listKeyedInvocations(services, {
            ...asking,
            webhooks: webhooks.filter(({ family }) => family === 'local'),
            account,
          })
        : await list(services, asking).catch((error: unknown) => {
            throw error instanceof TooManyRanges ? tooManyRanges(error) : error;
          });
      const byId = new Map(webhooks.map((one) => [one.id, one]));
      const events = await readListedEvents(
        database,
        accountId,
        page.rows.map((row) => ({
          id: row.event_id,
          family: (byId.get(row.webhook_id) as ListedWebhook).family,
        })),
      );
      const nowMs = clock.now();
      const { meta, links } = pages.answer(page, request, reply);
      const { fromMs, toMs } = page.covered;
      const gaps = await readListedGaps(database, { accountId, fromMs, toMs, webhooks });
      return {
        invocations: page.rows.map((row) =>
          trailInvocationView(
            row,
            byId.get(row.webhook_id) as ListedWebhook,
            row.event_id === null ? undefined : events.get(row.event_id),
            nowMs,
          ),
        ),
        meta: {
          ...meta,
          covered: { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() },
          ...(gaps.length > 0 && { gaps }),
        },
        links,
      };
    },
  );
};

const tooMany = (count: number) =>
  validationError('InvalidParameter', [
    {
      field: 'q',
      code: 'too_many',
      message: `the query covers ${count > MOST_WEBHOOKS * 2 ? 'more than ' : ''}${Math.min(count, MOST_WEBHOOKS * 2)} webhooks, and this list merges at most ${MOST_WEBHOOKS}: name some with webhook:`,
    },
  ]);

const tooManyRanges = ({ days, webhooks }: TooManyRanges) =>
  validationError('InvalidParameter', [
    {
      field: 'sort',
      code: 'too_many',
      message: `sort by latest looks at ${days} days of each webhook, which it can for at most ${webhooks} webhooks: name some with webhook:, narrow since:, or sort by created`,
    },
  ]);

const notByLatest = () =>
  validationError('InvalidParameter', [
    {
      field: 'sort',
      code: 'conflict',
      message:
        'sort must be created or -created with a pointer or a header in q: what keys find is listed in the order of the events',
    },
  ]);
