import swagger from '@fastify/swagger';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type HTTPMethods,
  LogController,
} from 'fastify';
import { SECOND_MS } from '../model/time-units.ts';
import { maskedUrl } from '../secrets/masked-url.ts';
import { account } from './accounts/account.ts';
import { accountKeys } from './accounts/account-keys.ts';
import { AccountView } from './accounts/account-schema.ts';
import { accounts } from './accounts/accounts.ts';
import { AlertMuteView } from './alerts/alert-mute-schema.ts';
import { alertMutes } from './alerts/alert-mutes.ts';
import { AlertRouteView } from './alerts/alert-route-schema.ts';
import { alertRoutes } from './alerts/alert-routes.ts';
import { AlertRuleView } from './alerts/alert-rule-schema.ts';
import { alertRules } from './alerts/alert-rules.ts';
import { AlertView } from './alerts/alert-schema.ts';
import { alerts } from './alerts/alerts.ts';
import { audit } from './audit/audit.ts';
import { AuditEntryView } from './audit/audit-schema.ts';
import { assignRoles } from './callers/assign-roles.ts';
import { authentication } from './callers/authentication.ts';
import { FailedLogins } from './callers/failed-logins.ts';
import { knowWebhooks } from './callers/know-webhooks.ts';
import { requestId } from './callers/request-id.ts';
import { RequestRates } from './callers/request-rates.ts';
import { shareAnswers } from './callers/share-answers.ts';
import { shareRequests } from './callers/share-requests.ts';
import { takeTurns } from './callers/take-turns.ts';
import { closeQueuedAnswers } from './connections/close-queued-answers.ts';
import { limitConnections } from './connections/limit-connections.ts';
import { serveConsole } from './console/serve-console.ts';
import { countRequests } from './count-requests.ts';
import { counts } from './counts/counts.ts';
import { Counts } from './counts/counts-schema.ts';
import { undelivered } from './counts/undelivered.ts';
import { Undelivered } from './counts/undelivered-schema.ts';
import { deliveryRules } from './delivery/delivery-rules.ts';
import { answerBrokenRequest } from './errors/answer-broken-request.ts';
import { answerError } from './errors/answer-error.ts';
import { ANSWER_HEADERS } from './errors/answer-headers.ts';
import { ApiError } from './errors/api-error.ts';
import { cut } from './errors/cut.ts';
import { eventInvocations } from './events/event-invocations.ts';
import { EventInvocation, EventSummary } from './events/event-schema.ts';
import { listEvents } from './events/list-events.ts';
import { publishBatch } from './events/publish-batch.ts';
import { publishEvent } from './events/publish-event.ts';
import { showEvent } from './events/show-event.ts';
import { FeedData } from './feed/feed-schema.ts';
import { followFeed } from './feed/follow-feed.ts';
import { health } from './health/health.ts';
import { InboxView } from './inboxes/inbox-schema.ts';
import { inboxes } from './inboxes/inboxes.ts';
import { receiveWebhook } from './inboxes/receive-webhook.ts';
import { compileValidator } from './input/compile-validator.ts';
import { normalPath } from './input/normal-path.ts';
import { parseBody } from './input/parse-body.ts';
import { parseQuery } from './input/parse-query.ts';
import { attempts } from './invocations/attempts.ts';
import { Attempt } from './invocations/invocation-schema.ts';
import { invocations } from './invocations/invocations.ts';
import { invokeWebhook } from './invocations/invoke-webhook.ts';
import { replayInvocation } from './invocations/replay-invocation.ts';
import { resendInvocation } from './invocations/resend-invocation.ts';
import { revealHeaders } from './invocations/reveal-headers.ts';
import { showInvocation } from './invocations/show-invocation.ts';
import { trailInvocations } from './invocations/trail-invocations.ts';
import { TrailInvocation } from './invocations/trail-schema.ts';
import { deleteJobFiles } from './jobs/delete-job-files.ts';
import { EraseEstimateView, EraseJobView } from './jobs/erase-schema.ts';
import { ExportEstimateView, ExportJobView } from './jobs/export-schema.ts';
import { jobFiles } from './jobs/job-files.ts';
import { JobEstimate, JobView, ReplayJobView } from './jobs/job-schema.ts';
import { jobs } from './jobs/jobs.ts';
import { showJobFile } from './jobs/show-job-file.ts';
import { skipped } from './jobs/skipped.ts';
import { markOptionalBodies } from './mark-optional-bodies.ts';
import { metrics } from './metrics/metrics.ts';
import { NodeView } from './nodes/node-schema.ts';
import { nodes } from './nodes/nodes.ts';
import { openapi } from './openapi.ts';
import { Problem } from './problems/problem-schema.ts';
import { problems } from './problems/problems.ts';
import { ErrorSchema } from './schema/error-schema.ts';
import { Invocation } from './schema/invocation.ts';
import { search } from './search/search.ts';
import { SearchResult } from './search/search-schema.ts';
import type { App, Routes } from './services/routes.ts';
import type { Services } from './services/services.ts';
import { ownSession } from './sessions/own-session.ts';
import { signIn } from './sessions/sign-in.ts';
import { gaps } from './sources/gaps.ts';
import { MirroredWebhook } from './sources/mirrored-webhook-schema.ts';
import { mirroredWebhooks } from './sources/mirrored-webhooks.ts';
import { reconcile } from './sources/reconcile.ts';
import { ReconciledHour, ReconciledInvocation } from './sources/reconcile-schema.ts';
import { ArchiveGap, SourceView } from './sources/source-schema.ts';
import { sources } from './sources/sources.ts';
import { storage } from './storage/storage.ts';
import { TokenView } from './tokens/token-schema.ts';
import { tokens } from './tokens/tokens.ts';
import { traceRequests } from './trace-requests.ts';
import { trackAllowedMethods } from './track-allowed-methods.ts';
import { trials } from './trials/trials.ts';
import { SavedView } from './views/view-schema.ts';
import { views } from './views/views.ts';
import { clientCertificates } from './webhooks/client-certificates.ts';
import { publicKeys } from './webhooks/public-keys.ts';
import { revealWebhook } from './webhooks/reveal-webhook.ts';
import { signingSecrets } from './webhooks/signing-secrets.ts';
import { verifySignature } from './webhooks/verify-signature.ts';
import { webhookHealth } from './webhooks/webhook-health.ts';
import { webhookPause } from './webhooks/webhook-pause.ts';
import { WebhookView } from './webhooks/webhook-schema.ts';
import { webhooks } from './webhooks/webhooks.ts';

/**
 * Everything under `/api/v2` and `/v1`, which requires a token. Register a new resource's routes
 * here, and give each `operationId` its roles in `callers/permissions.ts`.
 */
const WITH_TOKEN: readonly Routes[] = [
  ownSession,
  publishEvent,
  publishBatch,
  listEvents,
  showEvent,
  eventInvocations,
  followFeed,
  invokeWebhook,
  webhooks,
  trials,
  signingSecrets,
  verifySignature,
  revealWebhook,
  clientCertificates,
  publicKeys,
  deliveryRules,
  webhookPause,
  account,
  accountKeys,
  invocations,
  trailInvocations,
  search,
  counts,
  undelivered,
  problems,
  showInvocation,
  replayInvocation,
  resendInvocation,
  jobs,
  skipped,
  jobFiles,
  showJobFile,
  deleteJobFiles,
  attempts,
  revealHeaders,
  webhookHealth,
  tokens,
  views,
  inboxes,
  alertRoutes,
  sources,
  gaps,
  mirroredWebhooks,
  reconcile,
  alerts,
  alertRules,
  alertMutes,
  audit,
  accounts,
  storage,
  nodes,
  metrics,
];

const SCHEMAS = [
  ErrorSchema,
  WebhookView,
  Invocation,
  Attempt,
  TrailInvocation,
  Counts,
  Undelivered,
  Problem,
  EventSummary,
  EventInvocation,
  SearchResult,
  JobView,
  ReplayJobView,
  ExportJobView,
  EraseJobView,
  JobEstimate,
  ExportEstimateView,
  EraseEstimateView,
  FeedData,
  TokenView,
  SavedView,
  InboxView,
  AlertRouteView,
  SourceView,
  ArchiveGap,
  MirroredWebhook,
  ReconciledHour,
  ReconciledInvocation,
  AlertView,
  AlertRuleView,
  AlertMuteView,
  AuditEntryView,
  AccountView,
  NodeView,
];

const WITHOUT_TOKEN: readonly Routes[] = [health, serveConsole];

const MIB = 1024 * 1024;

/** What a message repeats of a path; those of operations are shorter. */
const MAX_PATH = 200;

/** Builds the HTTP API of a node, ready to listen or to `inject` requests into. */
export async function buildApp(services: Services): Promise<FastifyInstance> {
  const answer = (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    // Before it looks for a route, Fastify wants a content type of QUERY, which no operation has.
    const { code } = (error ?? {}) as { code?: unknown };
    let shown = error;
    if (code === 'FST_ERR_ROUTE_MISSING_CONTENT_TYPE') {
      try {
        refuse(request.method, request.url);
      } catch (refusal) {
        shown = refusal;
      }
    }
    answerError(shown, request, reply);
  };
  const app: App = Fastify({
    loggerInstance: services.log as FastifyBaseLogger,
    logController: new LogController({
      // Two log lines per request would cost more than accepting an event. `answerError` logs
      // internal errors.
      disableRequestLogging: true,
      requestIdLogLabel: 'request_id',
    }),
    genReqId: requestId,
    rewriteUrl: (request) => normalPath(request.url ?? '/'),
    // An event's own id has up to 255 characters, each percent-encoded.
    routerOptions: { querystringParser: parseQuery, maxParamLength: 3 * 255 },
    trustProxy: services.trustedProxies.length > 0 && [...services.trustedProxies],
    bodyLimit: MIB,
    // A slowly sent body occupies memory and a connection.
    requestTimeout: 60 * SECOND_MS,
    // A test request may be silent for as long as the rules of a webhook allow, which is 60 s.
    connectionTimeout: 120 * SECOND_MS,
    // While the node drains, the acceptor answers new requests, in the API's own error shape.
    return503OnClosing: false,
    // Node would answer a missing Host header in its own shape; the hook below uses the API's.
    http: {
      requireHostHeader: false,
      // A connection without a request, or with half a head. Publishers send a head in one piece.
      headersTimeout: 10 * SECOND_MS,
      connectionsCheckingInterval: 2 * SECOND_MS,
    },
    clientErrorHandler: (error, socket) =>
      answerBrokenRequest(error, socket, (method, target) => refuse(method, normalPath(target))),
    frameworkErrors: answer,
  });

  limitConnections(app.server, services.limits.connections);
  closeQueuedAnswers(app.server);

  const allowedMethods = trackAllowedMethods(app);
  const refuse = (method: string, url: string): never => {
    const path = url.split('?', 1)[0] as string;
    const allow = allowedMethods(path).join(', ');
    const shown = cut(path, MAX_PATH);
    if (allow === '') throw new ApiError('RouteNotFound', `no such operation: ${method} ${shown}`);
    throw new ApiError('MethodNotAllowed', `${shown} does not support ${method}, only ${allow}`, {
      headers: { allow },
    });
  };
  app.setErrorHandler(answer);
  // By method too: a scanner has as many of them as it likes, so only those of Fastify are named.
  const unknown = services.metrics.requests.route('any', 'none');
  app.setNotFoundHandler(({ method, url }, reply) => {
    reply.raw.once('finish', () => unknown(reply.statusCode, reply.elapsedTime));
    return refuse(method, url);
  });
  app.addHook('onRoute', countRequests(services.metrics.requests));
  app.setValidatorCompiler(compileValidator);
  // Handlers build complete answers. Serialising by schema would silently drop unknown keys.
  app.setSerializerCompiler(() => JSON.stringify);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, parseBody);
  app.decorateRequest('caller');
  if (services.traces !== undefined) traceRequests(app, services.traces);
  // Hooks that run on every request use callbacks: a promise would be most of their cost.
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id).headers(ANSWER_HEADERS);
    if (request.headers.host === undefined && request.raw.httpVersion === '1.1') {
      throw new ApiError('MalformedRequest', 'the request has no Host header');
    }
    done();
  });

  for (const schema of SCHEMAS) app.addSchema(schema);
  await app.register(swagger, {
    openapi,
    transformObject: (document) =>
      'openapiObject' in document ? markOptionalBodies(document.openapiObject) : {},
    refResolver: { buildLocalReference: (schema) => String(schema['$id']) },
  });
  if (services.log.isLevelEnabled('debug')) {
    app.addHook('onResponse', (request, reply, done) => {
      const { method } = request;
      const url = maskedUrl(request.url);
      const ms = Math.round(reply.elapsedTime);
      request.log.debug({ method, url, status: reply.statusCode, ms }, 'answered');
      done();
    });
  }
  const failedLogins = new FailedLogins(services);
  const rates = new RequestRates(services.limits);
  const share = shareRequests(services.limits.connections, services.room.requestBytes);
  await app.register(async (scope) => {
    for (const add of WITHOUT_TOKEN) add(scope, services);
    signIn(failedLogins)(scope, services);
    receiveWebhook({ failedLogins, rates, shareRequests: share })(scope, services);
  });
  await app.register(async (scope) => {
    scope.addHook('onRoute', assignRoles);
    scope.addHook('onRoute', knowWebhooks(services.directory));
    scope.addHook('onRequest', authentication(services, failedLogins, rates));
    scope.addHook('onRequest', share);
    const shared = shareAnswers(services.room.answerBytes);
    scope.addHook('onRequest', shared.begin);
    scope.addHook('onSend', shared.end);
    const turn = takeTurns();
    scope.decorateRequest('outOfTurn', turn.outOfTurn);
    // After the body: one that trickles in would keep a turn, and one that breaks off would for good.
    scope.addHook('preValidation', turn.begin);
    scope.addHook('onSend', turn.end);
    for (const add of WITH_TOKEN) add(scope, services);
  });
  app.after(() => {
    for (const { path: url, methods } of allowedMethods.shadowed()) {
      const handler = (request: FastifyRequest) => refuse(request.method, request.url);
      app.route({ method: methods as HTTPMethods[], url, schema: { hide: true }, handler });
    }
  });
  await app.ready();
  return app as unknown as FastifyInstance;
}
