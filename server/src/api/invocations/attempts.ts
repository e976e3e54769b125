import type { Role } from '../../model/account.ts';
import { listAttempts } from '../../trail/list-attempts.ts';
import { findWebhook } from '../callers/find-webhook.ts';
import { findWebhookOfTrail } from '../callers/find-webhook-of-trail.ts';
import { notFound } from '../errors/not-found.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import type { Routes } from '../services/routes.ts';
import { attemptView } from './attempt-view.ts';
import { headersFor } from './headers-for.ts';
import { AttemptList, InvocationParams, TrailAttemptList } from './invocation-schema.ts';
import { webhookOfTrailView } from './webhook-of-trail-view.ts';

/** Lists the attempts of an invocation; under `/v1` also of a deleted webhook. */
export const attempts: Routes = (app, services) => {
  async function answer(role: Role, webhookId: string, invocationId: string) {
    const show = headersFor(role, services.headerBox);
    const found = await listAttempts(services, webhookId, invocationId);
    if (found === undefined) throw notFound('invocation', invocationId);
    return {
      attempts: found.attempts.map((row) => attemptView(invocationId, row, found.payload, show)),
      ...(found.gone && { attempts_gone: true }),
    };
  }

  app.get(
    '/api/v2/webhooks/:id/invocations/:invocation_id/attempts',
    {
      schema: {
        operationId: 'listAttempts',
        summary: 'List the attempts of an invocation, newest first',
        tags: ['Invocations'],
        params: InvocationParams,
        response: { 200: AttemptList, ...errorAnswers(404) },
      },
    },
    ({ caller, params }) => {
      const webhook = findWebhook(services.directory, caller, params.id);
      return answer(caller.role, webhook.id, params.invocation_id);
    },
  );

  app.get(
    '/v1/webhooks/:id/invocations/:invocation_id/attempts',
    {
      schema: {
        operationId: 'listTrailAttempts',
        summary: 'List the attempts of an invocation of a webhook, deleted or not',
        description:
          'As `listAttempts`, and also of a deleted webhook while its trail is kept: `webhook` then has `deleted_at`.',
        tags: ['Invocations'],
        params: InvocationParams,
        response: { 200: TrailAttemptList, ...errorAnswers(404) },
      },
    },
    async ({ caller, params }) => {
      const found = await findWebhookOfTrail(services, caller, params.id);
      const attempts = await answer(caller.role, found.id, params.invocation_id);
      return { webhook: webhookOfTrailView(found), ...attempts };
    },
  );
};
