import type { FastifyReply } from 'fastify';
import type { Runner } from '../../database/database.ts';
import type { Directory } from '../../directory/directory.ts';
import type { Account } from '../../model/account.ts';
import { type CompiledQuery, compileQuery } from '../../query/compile-query.ts';
import { checkKeyTerms } from '../../search/keys/check-key-terms.ts';
import { searchByKeys } from '../../search/keys/search-by-keys.ts';
import { readTextTerms } from '../../search/text/read-text-terms.ts';
import {
  archivedPosition,
  idOfPosition,
  webhookOfPosition,
} from '../../search/text/search-position.ts';
import { searchText } from '../../search/text/search-text.ts';
import { TooManySearches } from '../../search/text/too-many-searches.ts';
import { NO_FILTER } from '../../sql/parts/invocation-filter.ts';
import { readArchiveWebhooks } from '../../sql/read-archive-webhooks.ts';
import { readDeletedWebhookNames } from '../../sql/read-deleted-webhooks.ts';
import { namedWebhooks } from '../../trail/named-webhooks.ts';
import type { Position } from '../../trail/page.ts';
import { type ListedWebhook, selectWebhooks } from '../../trail/select-webhooks.ts';
import { ApiError } from '../errors/api-error.ts';
import { validationError } from '../errors/validation-error.ts';
import { readTrailTerms } from '../input/read-trail-terms.ts';
import { MOST_WEBHOOKS } from '../invocations/trail-invocations.ts';
import { paging } from '../lists/paging.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import type { Routes } from '../services/routes.ts';
import { searchResults } from './search-results.ts';
import { DEFAULT_RESULTS, SearchParameters, SearchResults } from './search-schema.ts';

const PARAMETERS = Object.keys(SearchParameters.properties);

/** What a search serves beside the fields of the filter. */
const SERVED = ['text', 'json', 'header'] as const;

/** `GET /v1/search`: searches the trail by texts, by the values of keys, and by both. */
export const search: Routes = (app, services) => {
  app.get(
    '/v1/search',
    {
      schema: {
        operationId: 'search',
        summary: 'Search words, phrases and values of keys in events, requests and answers',
        description:
          'Looks for the words and "phrases" of a query in the bodies of events, the headers of requests, and the headers and bodies of answers, newest first. Everything must be in one event, or in one attempt. Further terms narrow it. With the value of a key, only the events that have it are searched, in the order of their creation; without words, these events are the results. An answer ends after 1.5 seconds or 256 MiB, even without results: follow the links while `has_more` is true.',
        tags: ['Search'],
        querystring: SearchParameters,
        response: { 200: SearchResults, ...errorAnswers(400, 429, 503) },
      },
    },
    async (request, reply) => {
      const { caller, query: parameters } = request;
      const { clock, directory } = services;
      const { accountId } = caller;
      // Tokens are loaded together with their accounts, so every caller has one.
      const account = directory.account(accountId) as Account;
      const { compiled, text, key } = readTrailTerms(parameters, PARAMETERS, (query) => {
        const text = readTextTerms(query);
        const compiled = compileQuery(query, clock.now(), 'GET /v1/search', SERVED);
        checkKeyTerms(account, compiled.keys);
        return { text, compiled, key: JSON.stringify(query) };
      });
      const keyed = compiled.keys.length > 0;
      const pages = paging(services, { list: 'search', owner: accountId, sort: key }, PARAMETERS);
      const asked = pages.request(parameters);
      const signal = leaving(reply);
      const page = await services
        .search(accountId, signal, async (database) => {
          const { types, notTypes, moreTypes } = compiled.filter;
          const ofEvents = { ...NO_FILTER, types, notTypes, moreTypes };
          const needsInvocation =
            compiled.webhooks.length + compiled.origins.length > 0 ||
            JSON.stringify(compiled.filter) !== JSON.stringify(ofEvents);
          // Keys alone find events, whatever webhooks there are.
          const isOfEvents = keyed && text.terms.length === 0 && !needsInvocation;
          const webhooks = isOfEvents
            ? []
            : await searchedWebhooks({ database, directory }, accountId, compiled);
          const request = {
            webhooks,
            needsInvocation,
            limit: parameters['page[size]'] ?? DEFAULT_RESULTS,
          };
          const found = keyed
            ? await searchByKeys(
                { ...services, database },
                {
                  ...request,
                  // Keys find our own events.
                  webhooks: webhooks.filter(({ family }) => family === 'local'),
                  account,
                  query: compiled,
                  text,
                  after: asked.after,
                },
              )
            : await byText(
                { ...services, database },
                {
                  ...request,
                  accountId,
                  query: text,
                  filter: compiled.filter,
                  created: compiled.created,
                  after: asked.after && positionOf(asked.after),
                  nothing: compiled.nothing,
                },
              );
          const results = await searchResults(
            { ...services, database },
            accountId,
            found.found,
            webhooks,
          );
          return { ...found, results };
        })
        .catch((error: unknown) => {
          if (!(error instanceof TooManySearches)) throw error;
          throw new ApiError('TooManyRequests', error.message, { headers: { 'retry-after': '1' } });
        });
      services.metrics.searchBytes.add(page.bytes);
      const { meta, links } = pages.answer(
        {
          rows: page.found,
          ...(page.after !== undefined && { after: page.after }),
        },
        request,
        reply,
      );
      const { fromMs, toMs } = page.covered;
      return {
        results: page.results,
        meta: {
          ...meta,
          covered: { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() },
          read: { rows: page.rows, bytes: page.bytes },
          filters: { blocks: page.filter.asked, read: page.filter.read, empty: page.filter.empty },
        },
        links,
      };
    },
  );
};

/** @throws ApiError if they are too many. */
async function searchedWebhooks(
  { database, directory }: { readonly database: Runner; readonly directory: Directory },
  accountId: number,
  query: CompiledQuery,
): Promise<ListedWebhook[]> {
  const among = namedWebhooks(query.webhooks);
  const stored = { accountId, among, limit: MOST_WEBHOOKS + 1 };
  const deleted = await database.run(readDeletedWebhookNames, stored);
  const archived = await database.run(readArchiveWebhooks, stored);
  const webhooks = await selectWebhooks({ accountId, archived, deleted, directory }, query);
  if (webhooks.length > MOST_WEBHOOKS) throw tooMany();
  return webhooks;
}

async function byText(...asked: Parameters<typeof searchText>) {
  const { after, ...page } = await searchText(...asked);
  return { ...page, after: after === undefined ? undefined : pageEndAt(after) };
}

/** The position of a result as a cursor has it. */
function pageEndAt(position: string): Position {
  return { key: '', id: idOfPosition(position), webhookId: webhookOfPosition(position) };
}

function positionOf({ id, webhookId }: Position): string {
  return webhookId === undefined ? id : archivedPosition(id, webhookId);
}

/** Aborts when the caller goes away before the answer. */
function leaving(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) {
      controller.abort(new ApiError('RequestTimeout', 'the caller went away'));
    }
  });
  return controller.signal;
}

const tooMany = () =>
  validationError('InvalidParameter', [
    {
      field: 'q',
      code: 'too_many',
      message: `the query covers more than ${MOST_WEBHOOKS} webhooks, and a search looks at most at so many: name some with webhook:`,
    },
  ]);
