import type { Account } from '../../model/account.ts';
import { rulesOf } from '../../model/rules-of.ts';
import type { InvocationRow } from '../../sql/read-invocations.ts';
import { listInvocations } from '../../trail/list-invocations.ts';
import type { Page } from '../../trail/page.ts';
import { opensAt, readGates } from '../../trail/read-gates.ts';
import { findWebhook } from '../callers/find-webhook.ts';
import { parseRange } from '../input/parse-range.ts';
import { paging } from '../lists/paging.ts';
import { zendeskErrorAnswers } from '../schema/error-schema.ts';
import { WebhookParams } from '../schema/webhook-params.ts';
import type { Routes } from '../services/routes.ts';
import { InvocationList, InvocationParameters } from './invocation-schema.ts';
import { invocationView, isHeldBack } from './invocation-view.ts';

/** Lists the invocations of a webhook. */
export const invocations: Routes = (app, services) => {
  const { directory } = services;
  const parameters = Object.keys(InvocationParameters.properties);

  app.get(
    '/api/v2/webhooks/:id/invocations',
    {
      schema: {
        operationId: 'listInvocations',
        summary: 'List the invocations of a webhook',
        description:
          'One row per invocation of the last 7 days, or of the retention if that is shorter.',
        tags: ['Invocations'],
        params: WebhookParams,
        querystring: InvocationParameters,
        response: { 200: InvocationList, ...zendeskErrorAnswers(400, 404) },
      },
    },
    async (request, reply) => {
      const { caller, params, query } = request;
      const webhook = findWebhook(directory, caller, params.id);
      const account = directory.account(webhook.accountId) as Account;
      const range = parseRange(query);
      const descending = query.sort !== 'latest_completed_at';
      const pages = paging(
        services,
        {
          list: 'invocations',
          owner: webhook.id,
          sort: descending ? '-latest_completed_at' : 'latest_completed_at',
        },
        parameters,
      );
      const status = query['filter[status]'];
      const asked = pages.request(query);
      const page: Page<InvocationRow> =
        status === 'terminated'
          ? { rows: [] }
          : await listInvocations(services, {
              webhookId: webhook.id,
              filters: { status },
              ...range,
              descending,
              page: asked,
            });
      const held = page.rows.some(isHeldBack);
      const gates =
        held && (await readGates(services.database, webhook.id, rulesOf(webhook, account)));
      return {
        invocations: page.rows.map((row) =>
          invocationView(webhook.id, row, gates ? opensAt(gates) : undefined),
        ),
        ...pages.answer(page, request, reply),
      };
    },
  );
};
