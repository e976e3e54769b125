import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction, RouteOptions } from 'fastify';
import type { RequestMetrics } from '../metrics/request-metrics.ts';

/**
 * Makes the hook that counts the answers of each route, by its template. The counters of a route are looked
 * up when it is added: a request then costs no more than two additions.
 */
export function countRequests(metrics: RequestMetrics): (route: RouteOptions) => void {
  return (route) => {
    const methods = [route.method].flat();
    const byMethod = new Map(methods.map((method) => [method, metrics.route(method, route.url)]));
    const count = (
      request: FastifyRequest,
      reply: FastifyReply,
      done: HookHandlerDoneFunction,
    ): void => {
      byMethod.get(request.method)?.(reply.statusCode, reply.elapsedTime);
      done();
    };
    route.onResponse = [...[route.onResponse ?? []].flat(), count];
  };
}
