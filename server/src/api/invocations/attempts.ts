import { listAttempts } from '../../trail/list-attempts.ts';
import { findWebhook } from '../callers/find-webhook.ts';
import { notFound } from '../errors/not-found.ts';
import { zendeskErrorAnswers } from '../schema/error-schema.ts';
import type { Routes } from '../services/routes.ts';
import { attemptView } from './attempt-view.ts';
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
        response: { 200: AttemptList, ...zendeskErrorAnswers(404) },
      },
    },
    async ({ caller, params }) => {
      const { id, invocation_id: invocationId } = params;
      const webhook = findWebhook(services.directory, caller, id);
      const found = await listAttempts(services, webhook.id, invocationId);
      if (found === undefined) throw notFound('invocation', invocationId);
      return {
        attempts: found.attempts.map((row) => attemptView(invocationId, row, found.payload)),
        ...(found.gone && { attempts_gone: true }),
      };
    },
  );
};
