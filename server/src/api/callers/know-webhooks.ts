import type { FastifyRequest, preHandlerHookHandler, RouteOptions } from 'fastify';
import type { Directory } from '../../directory/directory.ts';
import { isId } from '../../model/ids.ts';

/** Routes of one webhook. */
const OF_A_WEBHOOK = /\/webhooks\/:id(?:\/|$)/;

/** Fields of queries and bodies that name a webhook. */
const NAMES_ONE = /webhook_id$/;

/** `mute.webhook_id` */
const DEEPEST = 2;

/**
 * Creates a hook for routes. Before a route that is about a webhook, it brings the account up to date if the request
 * names a webhook that this process does not know. Another process or node may have made it just now, and its
 * notification may come later than the client's next request. An id that nobody knows costs one statement, which
 * requests that come together share.
 */
export function knowWebhooks(
  directory: Pick<Directory, 'refreshAccount' | 'webhook'>,
): (route: RouteOptions) => void {
  const isUnknown = (id: string): boolean => directory.webhook(id) === undefined && isId(id);

  return (route) => {
    const isOfOne = OF_A_WEBHOOK.test(route.url);
    const { body, querystring } = route.schema ?? {};
    if (!isOfOne && !namesOne(querystring) && !namesOne(body)) return;
    const look: preHandlerHookHandler = (request, _reply, done) => {
      const { id } = request.params as { readonly id: string };
      if (!(isOfOne && isUnknown(id)) && !idsIn(request).some(isUnknown)) return done();
      directory.refreshAccount(request.caller.accountId).then(() => done(), done);
    };
    route.preHandler = [route.preHandler ?? [], look].flat();
  };
}

/** Whether a schema has such a field. */
const namesOne = (schema: unknown): boolean => /webhook_id"/.test(JSON.stringify(schema) ?? '');

/** The ids in the query and the body of a request. */
const idsIn = ({ body, query }: FastifyRequest): string[] => [
  ...idsOf(query, DEEPEST),
  ...idsOf(body, DEEPEST),
];

function idsOf(value: unknown, depth: number): string[] {
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return [];
  return Object.entries(value).flatMap(([name, one]) => {
    if (typeof one === 'string') return NAMES_ONE.test(name) ? [one] : [];
    return depth > 1 && !Array.isArray(one) ? idsOf(one, depth - 1) : [];
  });
}
