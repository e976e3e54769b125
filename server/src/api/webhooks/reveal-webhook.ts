import { writeAudit } from '../../directory/audit/write-audit.ts';
import { actOf } from '../callers/act-of.ts';
import { findWebhook } from '../callers/find-webhook.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import { WebhookParams } from '../schema/webhook-params.ts';
import type { Routes } from '../services/routes.ts';
import { RevealedWebhook } from './reveal-webhook-schema.ts';

/** Reveals what all other answers mask of a webhook, and writes that to the audit. */
export const revealWebhook: Routes = (app, { clock, database, directory }) => {
  app.post(
    '/v1/webhooks/:id/reveal',
    {
      schema: {
        operationId: 'revealWebhook',
        summary: 'Reveal the credentials and the custom headers of a webhook',
        description:
          'Answers what other answers mask: the secret of the authentication, the values of custom headers, the query of the endpoint. The private key of a client certificate stays hidden, and the signing secret has an operation of its own. Writes an audit row first. No body.',
        tags: ['Webhooks'],
        params: WebhookParams,
        response: { 200: RevealedWebhook, ...errorAnswers(404) },
      },
    },
    async (request) => {
      const { caller, params } = request;
      const webhook = findWebhook(directory, caller, params.id);
      const { authentication, customHeaders, endpoint, externalSource, id } = webhook;
      const revealed = [
        ...(authentication === undefined ? [] : ['authentication']),
        ...(customHeaders === undefined ? [] : ['custom_headers']),
        ...(externalSource === undefined ? [] : ['external_source']),
      ].join(', ');
      await writeAudit(database, clock, {
        accountId: caller.accountId,
        act: actOf(request),
        targetType: 'webhook',
        targetId: id,
        after: { revealed: revealed === '' ? 'endpoint' : `endpoint, ${revealed}` },
      });
      return {
        webhook: {
          id,
          endpoint,
          ...(authentication !== undefined && {
            authentication: {
              type: authentication.type,
              data: { ...authentication.data },
              add_position: authentication.addPosition,
            },
          }),
          ...(customHeaders !== undefined && { custom_headers: { ...customHeaders } }),
          ...(externalSource !== undefined && { external_source: externalSource }),
        },
      };
    },
  );
};
