import type { AlertRoute } from '../../alerts/routes/route-values.ts';
import { isId } from '../../model/ids.ts';
import { seesGuarded } from '../../secrets/sees-guarded.ts';
import { actOf } from '../callers/act-of.ts';
import type { Caller } from '../callers/caller.ts';
import { ApiError } from '../errors/api-error.ts';
import { notFound } from '../errors/not-found.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import { NoContent } from '../schema/no-content.ts';
import type { Routes } from '../services/routes.ts';
import {
  AlertRouteBody,
  AlertRouteInputBody,
  AlertRouteList,
  AlertRouteParams,
  AlertRoutePatchBody,
  AlertTestBody,
} from './alert-route-schema.ts';
import { alertRouteView } from './alert-route-view.ts';
import { checkRouteName, patchAlertRoute, readAlertRoute } from './read-alert-route.ts';

/** Tests of one account at once: each may take 10 s. */
const MOST_TESTS = 4;

/** Where alerts go. */
export const alertRoutes: Routes = (app, { addressRules, alertRoutes: routes, directory }) => {
  const tags = ['Alerts'];
  /** Tests that are not over, by account. */
  const testing = new Map<number, number>();

  const view = (route: AlertRoute, { role }: Caller) =>
    alertRouteView(route, directory, !seesGuarded(role));

  const find = async ({ accountId }: Caller, id: string): Promise<AlertRoute> => {
    const route = isId(id) ? await routes.store.find(accountId, id) : undefined;
    if (route === undefined) throw notFound('alert route', id);
    return route;
  };

  app.get(
    '/v1/alert-routes',
    {
      schema: {
        operationId: 'listAlertRoutes',
        summary: 'List the routes of alerts, newest first',
        description: 'All of them: an account has at most 20.',
        tags,
        response: { 200: AlertRouteList, ...errorAnswers() },
      },
    },
    async ({ caller }) => ({
      routes: (await routes.store.list(caller.accountId)).map((route) => view(route, caller)),
    }),
  );

  app.post(
    '/v1/alert-routes',
    {
      schema: {
        operationId: 'createAlertRoute',
        summary: 'Create a route of alerts',
        description:
          'Alerts that open from then on go there; it gets nothing of those that are open.',
        tags,
        body: AlertRouteInputBody,
        response: { 201: AlertRouteBody, ...errorAnswers(400, 409, 413, 415, 422) },
      },
    },
    async (request, reply) => {
      const { accountId } = request.caller;
      const checks = { accountId, addressRules, directory };
      const values = readAlertRoute(request.body.route, checks);
      const route = await routes.store.create(accountId, values, actOf(request), checkRouteName);
      return reply.code(201).send({ route: view(route, request.caller) });
    },
  );

  app.get(
    '/v1/alert-routes/:id',
    {
      schema: {
        operationId: 'showAlertRoute',
        summary: 'Show a route of alerts',
        tags,
        params: AlertRouteParams,
        response: { 200: AlertRouteBody, ...errorAnswers(404) },
      },
    },
    async ({ caller, params }) => ({ route: view(await find(caller, params.id), caller) }),
  );

  app.patch(
    '/v1/alert-routes/:id',
    {
      schema: {
        operationId: 'patchAlertRoute',
        summary: 'Change a route of alerts',
        description:
          'Omitted fields stay. Its kind is what it was made with. Another `url` without credentials keeps a `bearer_token` on the same server; null removes that.',
        tags,
        params: AlertRouteParams,
        body: AlertRoutePatchBody,
        response: { 200: AlertRouteBody, ...errorAnswers(400, 404, 413, 415, 422) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { accountId } = request.caller;
      const checks = { accountId, addressRules, directory };
      const changed = isId(id)
        ? await routes.store.change(
            accountId,
            id,
            actOf(request),
            (current) => patchAlertRoute(current, request.body.route, checks),
            checkRouteName,
          )
        : undefined;
      if (changed === undefined) throw notFound('alert route', id);
      return { route: view(changed, request.caller) };
    },
  );

  app.delete(
    '/v1/alert-routes/:id',
    {
      schema: {
        operationId: 'deleteAlertRoute',
        summary: 'Delete a route of alerts',
        description: 'Nothing goes there any more, and alerts no longer list what went there.',
        tags,
        params: AlertRouteParams,
        response: { 204: NoContent, ...errorAnswers(404) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const deleted =
        isId(id) && (await routes.store.delete(request.caller.accountId, id, actOf(request)));
      if (!deleted) throw notFound('alert route', id);
      return reply.code(204).send();
    },
  );

  app.post(
    '/v1/alert-routes/:id/test',
    {
      schema: {
        operationId: 'testAlertRoute',
        summary: 'Send a test to a route of alerts',
        description:
          'The message says that it is a test. Answers 200 whatever became of it, after 10 s at the latest. A route that is switched off is tested, too.',
        tags,
        params: AlertRouteParams,
        response: { 200: AlertTestBody, ...errorAnswers(400, 404, 429) },
      },
    },
    async (request) => {
      const { caller, params } = request;
      const route = await find(caller, params.id);
      const { accountId } = caller;
      const begun = testing.get(accountId) ?? 0;
      if (begun >= MOST_TESTS) {
        const message = `${MOST_TESTS} tests of alert routes of this account are running: wait for one to end`;
        throw new ApiError('TooManyRequests', message, { headers: { 'retry-after': '10' } });
      }
      testing.set(accountId, begun + 1);
      try {
        const { error, invocationId, isSent, status } = await request.outOfTurn(() =>
          routes.test(route),
        );
        return {
          test: {
            sent: isSent,
            ...(status !== undefined && { status }),
            ...(error !== undefined && { error }),
            ...(invocationId !== undefined && { invocation_id: invocationId }),
          },
        };
      } finally {
        const left = (testing.get(accountId) ?? 1) - 1;
        if (left > 0) testing.set(accountId, left);
        else testing.delete(accountId);
      }
    },
  );
};
