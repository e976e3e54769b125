import { findListedWebhook } from '../callers/find-listed-webhook.ts';
import { findWebhookOfTrail } from '../callers/find-webhook-of-trail.ts';
import { errorAnswers, zendeskErrorAnswers } from '../schema/error-schema.ts';
import { WebhookParams } from '../schema/webhook-params.ts';
import type { Routes } from '../services/routes.ts';
import { coveredSpan } from './covered-span.ts';
import { InvocationList, InvocationParameters, TrailInvocationList } from './invocation-schema.ts';
import { readInvocationsPage } from './read-invocations-page.ts';
import { readListedGaps } from './read-listed-gaps.ts';
import { webhookOfTrailView } from './webhook-of-trail-view.ts';

/** Lists the invocations of a webhook; under `/v1` also of a deleted one. */
export const invocations: Routes = (app, services) => {
  app.get(
    '/api/v2/webhooks/:id/invocations',
    {
      schema: {
        operationId: 'listInvocations',
        summary: 'List the invocations of a webhook',
        description:
          'One row per invocation of the last 7 days, or of the retention if that is shorter. Also of a webhook that is archived from a remote account.',
        tags: ['Invocations'],
        params: WebhookParams,
        querystring: InvocationParameters,
        response: { 200: InvocationList, ...zendeskErrorAnswers(400, 404) },
      },
    },
    async (request, reply) => {
      const found = await findListedWebhook(services, request.caller, request.params.id);
      return readInvocationsPage(services, request, reply, found);
    },
  );

  app.get(
    '/v1/webhooks/:id/invocations',
    {
      schema: {
        operationId: 'listTrailInvocations',
        summary: 'List the invocations of a webhook, deleted or not',
        description:
          'As `listInvocations`, and also of a deleted webhook while its trail is kept: `webhook` then has `deleted_at`. Of an archived webhook `meta.gaps` has the spans where rows may be missing.',
        tags: ['Invocations'],
        params: WebhookParams,
        querystring: InvocationParameters,
        response: { 200: TrailInvocationList, ...errorAnswers(400, 404) },
      },
    },
    async (request, reply) => {
      const found = await findWebhookOfTrail(services, request.caller, request.params.id);
      const page = await readInvocationsPage(services, request, reply, found);
      const { origin } = found;
      if (origin === undefined) return { webhook: webhookOfTrailView(found), ...page };
      const gaps = await readListedGaps(services.database, {
        accountId: request.caller.accountId,
        ...coveredSpan(page, request.query),
        webhooks: [{ id: found.id, family: found.family }],
      });
      const meta = { ...page.meta, ...(gaps.length > 0 && { gaps }) };
      return { webhook: webhookOfTrailView(found), ...page, meta };
    },
  );
};
