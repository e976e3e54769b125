import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { Shares } from '../../shares/shares.ts';
import { ApiError } from '../errors/api-error.ts';

/**
 * Makes the hook that shares requests in progress, and memory for their bodies, among accounts. A
 * caller that sends its bodies byte by byte, or reads no answers, takes no more of the connections and
 * the memory than its account's share.
 *
 * @param connections A connection carries one request at a time.
 * @param bodyBytes Memory for the bodies of requests in progress.
 */
export function shareRequests(
  connections: number,
  bodyBytes: number,
): (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction) => void {
  const requests = new Shares(connections);
  const bytes = new Shares(bodyBytes);
  return (request, reply, done) => {
    // The caller went away while it was authenticated. Nothing would give back what it took: its `close` has been.
    if (reply.raw.destroyed) return;
    const { accountId } = request.caller;
    const length = bodyBytesOf(request);
    if (!requests.tryTake(accountId, 1)) throw tooMany('too many requests');
    if (!bytes.tryTake(accountId, length)) {
      requests.giveBack(accountId, 1);
      throw tooMany('too much in the bodies of requests');
    }
    reply.raw.once('close', () => {
      requests.giveBack(accountId, 1);
      bytes.giveBack(accountId, length);
    });
    done();
  };
}

/** The longest that a body may become: without a length, as long as the route allows. */
function bodyBytesOf({ headers, routeOptions }: FastifyRequest): number {
  const most = routeOptions.bodyLimit ?? 0;
  if (headers['transfer-encoding'] !== undefined) return most;
  return Math.min(most, Number(headers['content-length'] ?? 0) || 0);
}

function tooMany(what: string): ApiError {
  return new ApiError('TooManyRequests', `this account has ${what} in progress on this node`, {
    headers: { 'retry-after': '1' },
  });
}
