import type { preHandlerHookHandler, RouteOptions } from 'fastify';
import type { Directory } from '../../directory/directory.ts';
import { isId } from '../../model/ids.ts';

/** Routes of one webhook. */
const OF_A_WEBHOOK = /\/webhooks\/:id(?:\/|$)/;

/**
 * Makes what lets routes of one webhook know it although another process or node made it just now: whose next
 * request comes over another connection does not wait for the notification. An id that nobody knows costs one
 * statement, which requests that come together share.
 */
export function knowWebhook(
  directory: Pick<Directory, 'refreshAccount' | 'webhook'>,
): (route: RouteOptions) => void {
  const look: preHandlerHookHandler = (request, _reply, done) => {
    const { id } = request.params as { readonly id: string };
    if (directory.webhook(id) !== undefined || !isId(id)) return done();
    directory.refreshAccount(request.caller.accountId).then(() => done(), done);
  };
  return (route) => {
    if (OF_A_WEBHOOK.test(route.url)) route.preHandler = [route.preHandler ?? [], look].flat();
  };
}
