import type { FastifyInstance, FastifyRequest } from 'fastify';
import { traceContextOf } from '../model/trace-context.ts';
import { maskedUrl } from '../secrets/masked-url.ts';
import type { Span } from '../traces/span.ts';
import type { Traces } from '../traces/traces.ts';

/** What callers ask for. Probes, scrapes and the files of the console would bury it. */
const TRACED = /^\/(?:v1|api\/v2|in)\//;

/** Adds the hooks that trace each request as a server span, in the trace that its caller names. */
export function traceRequests(app: Pick<FastifyInstance, 'addHook'>, traces: Traces): void {
  const spans = new WeakMap<FastifyRequest, Span>();
  app.addHook('onRequest', (request, reply, done) => {
    const { url: route } = request.routeOptions;
    if (route === undefined || !TRACED.test(route)) {
      done();
      return;
    }
    const context = traceContextOf(request.headers);
    const span = traces.start({
      name: `${request.method} ${route}`,
      kind: 'server',
      parent: context === undefined ? undefined : { context },
      attributes: {
        'http.request.method': request.method,
        'http.route': route,
        'url.path': maskedUrl(request.url.split('?', 1)[0] as string),
        'url.scheme': request.protocol,
        'server.address': request.hostname,
        'hooktrail.request.id': request.id,
      },
    });
    spans.set(request, span);
    reply.raw.once('close', () => {
      const { statusCode, writableFinished } = reply.raw;
      const accountId = request.caller?.accountId;
      span.end(
        {
          ...(accountId !== undefined && { 'hooktrail.account.id': accountId }),
          ...(writableFinished && { 'http.response.status_code': statusCode }),
        },
        !writableFinished ? 'aborted' : statusCode >= 500 ? String(statusCode) : undefined,
      );
    });
    span.run(done);
  });
  // A body arrives in events of the connection, which know nothing of the request.
  app.addHook('preHandler', (request, _reply, done) => {
    const span = spans.get(request);
    if (span === undefined) done();
    else span.run(done);
  });
}
