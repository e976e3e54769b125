import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import type { Role } from '../../model/account.ts';
import type { AttemptRow } from '../../sql/read-attempts.ts';
import type { Shown, StoredWebhook } from '../../trail/find-invocation.ts';
import { listAttempts, type Payload } from '../../trail/list-attempts.ts';
import { findListedWebhook } from '../callers/find-listed-webhook.ts';
import { findWebhookOfInvocation } from '../callers/find-webhook-of-invocation.ts';
import { findWebhookOfTrail } from '../callers/find-webhook-of-trail.ts';
import { notFound } from '../errors/not-found.ts';
import { paging } from '../lists/paging.ts';
import { errorAnswers, zendeskErrorAnswers } from '../schema/error-schema.ts';
import type { Routes } from '../services/routes.ts';
import { attemptView } from './attempt-view.ts';
import { headersFor, type ShowHeaders } from './headers-for.ts';
import {
  type Attempt,
  AttemptList,
  AttemptNumberParams,
  AttemptParameters,
  InvocationParams,
  OneAttempt,
  OneInvocationParams,
  TrailAttemptList,
} from './invocation-schema.ts';
import { readAttempt } from './read-attempt.ts';
import { trailAttemptView } from './trail-attempt-view.ts';
import { webhookOfTrailView } from './webhook-of-trail-view.ts';

/** Lists the attempts of an invocation; under `/v1` also of a deleted webhook. */
export const attempts: Routes = (app, services) => {
  const parameters = Object.keys(AttemptParameters.properties);

  async function answer(
    request: FastifyRequest<{ Querystring: Static<typeof AttemptParameters> }>,
    reply: FastifyReply,
    webhook: StoredWebhook,
    invocationId: string,
    shown: Shown,
    raw: boolean,
  ) {
    const pages = paging(
      services,
      { list: 'attempts', owner: `${webhook.id}/${invocationId}`, sort: '' },
      parameters,
    );
    const views = viewsOf(
      invocationId,
      headersFor(request.caller.role, services.headerBox),
      request.caller.role,
      raw ? trailAttemptView : attemptView,
    );
    const found = await listAttempts(services, {
      accountId: request.caller.accountId,
      webhook,
      invocationId,
      shown,
      page: pages.request(request.query),
      raw,
      asRemote: !raw,
      sizeOf: (row, payload) => Buffer.byteLength(JSON.stringify(views(row, payload))),
    });
    if (found === undefined) throw notFound('invocation', invocationId);
    const { page, gone, payload } = found;
    const { meta, links } = pages.answer(page, request, reply);
    const single = links.next === undefined && links.prev === undefined;
    return {
      attempts: page.rows.map((row) => views(row, payload)),
      meta,
      ...(!single && { links }),
      ...(gone && { attempts_gone: true }),
    };
  }

  app.get(
    '/api/v2/webhooks/:id/invocations/:invocation_id/attempts',
    {
      schema: {
        operationId: 'listAttempts',
        summary: 'List the attempts of an invocation, newest first',
        description:
          'A page ends early at 8 MiB: follow the links, or `meta.after_cursor`, until it is absent.',
        tags: ['Invocations'],
        params: InvocationParams,
        querystring: AttemptParameters,
        response: { 200: AttemptList, ...zendeskErrorAnswers(400, 404) },
      },
    },
    async (request, reply) => {
      const { caller, params } = request;
      const webhook = await findListedWebhook(services, caller, params.id);
      return answer(request, reply, webhook, params.invocation_id, 'listed', false);
    },
  );

  app.get(
    '/v1/webhooks/:id/invocations/:invocation_id/attempts',
    {
      schema: {
        operationId: 'listTrailAttempts',
        summary: 'List the attempts of an invocation of a webhook, deleted or not',
        description:
          'As `listAttempts`, and also of a deleted webhook while its trail is kept: `webhook` then has `deleted_at`. Attempts have `response_body_raw` where the shown text was decoded.',
        tags: ['Invocations'],
        params: InvocationParams,
        querystring: AttemptParameters,
        response: { 200: TrailAttemptList, ...errorAnswers(400, 404) },
      },
    },
    async (request, reply) => {
      const { caller, params } = request;
      const found = await findWebhookOfTrail(services, caller, params.id);
      const attempts = await answer(request, reply, found, params.invocation_id, 'listed', true);
      return { webhook: webhookOfTrailView(found), ...attempts };
    },
  );

  app.get(
    '/v1/invocations/:invocation_id/attempts',
    {
      schema: {
        operationId: 'listInvocationAttempts',
        summary: 'List the attempts of an invocation by its id alone',
        description: 'As `listTrailAttempts`.',
        tags: ['Invocations'],
        params: OneInvocationParams,
        querystring: AttemptParameters,
        response: { 200: TrailAttemptList, ...errorAnswers(400, 404) },
      },
    },
    async (request, reply) => {
      const { caller, params } = request;
      const found = await findWebhookOfInvocation(services, caller, params.invocation_id);
      const attempts = await answer(request, reply, found, params.invocation_id, 'stored', true);
      return { webhook: webhookOfTrailView(found), ...attempts };
    },
  );

  app.get(
    '/v1/invocations/:invocation_id/attempts/:number',
    {
      schema: {
        operationId: 'showAttempt',
        summary: 'Show an attempt by its number',
        tags: ['Invocations'],
        params: AttemptNumberParams,
        response: { 200: OneAttempt, ...errorAnswers(404) },
      },
    },
    async ({ caller, params }) => {
      const { invocation_id: invocationId, number: given } = params;
      const found = await findWebhookOfInvocation(services, caller, invocationId);
      const number = /^[1-9]\d{0,8}$/.test(given) ? Number(given) : undefined;
      if (number === undefined) throw notFound('attempt', given);
      const { payload, row } = await readAttempt(services, caller, found, { invocationId, number });
      const show = headersFor(caller.role, services.headerBox);
      return {
        webhook: webhookOfTrailView(found),
        attempt: trailAttemptView(invocationId, row, payload, show, caller.role),
      };
    },
  );
};

/** Makes the view of each row once: it is measured, then answered. */
function viewsOf(
  invocationId: string,
  show: ShowHeaders,
  role: Role,
  viewOf: typeof attemptView,
): (row: AttemptRow, payload: Payload | undefined) => Attempt {
  const made = new Map<AttemptRow, Attempt>();
  return (row, payload) => {
    let view = made.get(row);
    if (view === undefined) {
      view = viewOf(invocationId, row, payload, show, role);
      made.set(row, view);
    }
    return view;
  };
}
