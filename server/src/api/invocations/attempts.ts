import { listAttempts } from '../../trail/list-attempts.ts';
import { findWebhook } from '../callers/find-webhook.ts';
import { notFound } from '../errors/not-found.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import type { Routes } from '../services/routes.ts';
import { attemptView } from './attempt-view.ts';
import { headersFor } from './headers-for.ts';
import { AttemptList, InvocationParams } from './invocation-schema.ts';

/** Lists the attempts of an invocation. */
export const attempts: Routes = (app, services) => {
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
    async ({ caller, params }) => {
      const { id, invocation_id: invocationId } = params;
      const webhook = findWebhook(services.directory, caller, id);
      const found = await listAttempts(services, webhook.id, invocationId);
      if (found === undefined) throw notFound('invocation', invocationId);
      const show = headersFor(caller.role, services.headerBox);
      return {
        attempts: found.attempts.map((row) => attemptView(invocationId, row, found.payload, show)),
        ...(found.gone && { attempts_gone: true }),
      };
    },
  );
};
