import type { Webhook } from '../../model/webhook.ts';
import { findWebhook } from '../callers/find-webhook.ts';
import { updateWebhook } from '../callers/update-webhook.ts';
import { ApiError } from '../errors/api-error.ts';
import { FieldErrors } from '../errors/field-errors.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import { NoContent } from '../schema/no-content.ts';
import { WebhookParams } from '../schema/webhook-params.ts';
import type { Routes } from '../services/routes.ts';
import { ClientCertificateBody, ClientCertificateInputBody } from './client-certificate-schema.ts';
import { clientCertificateView } from './client-certificate-view.ts';
import { readClientCertificate } from './read-client-certificate.ts';

const PATH = '/v1/webhooks/:id/client_certificate';

/** Shows, sets and removes the client certificate of a webhook. */
export const clientCertificates: Routes = (app, services) => {
  const { clock, directory } = services;
  const tags = ['Webhooks'];

  const answer = ({ id, clientCertificate }: Webhook) => {
    if (clientCertificate === undefined) {
      throw new ApiError('RecordNotFound', `webhook ${id} has no client certificate`);
    }
    return { client_certificate: clientCertificateView(clientCertificate) };
  };

  app.get(
    PATH,
    {
      schema: {
        operationId: 'showClientCertificate',
        summary: 'Show the client certificate of a webhook',
        description: 'Never its private key. 404 when the webhook has none.',
        tags,
        params: WebhookParams,
        response: { 200: ClientCertificateBody, ...errorAnswers(404) },
      },
    },
    async ({ caller, params }) => answer(findWebhook(directory, caller, params.id)),
  );

  app.put(
    PATH,
    {
      schema: {
        operationId: 'replaceClientCertificate',
        summary: 'Set the client certificate of a webhook',
        description:
          'For an endpoint that demands one in the TLS handshake. Attempts and tests that start after the answer present it.',
        tags,
        params: WebhookParams,
        body: ClientCertificateInputBody,
        response: { 200: ClientCertificateBody, ...errorAnswers(400, 404, 413, 415, 422) },
      },
    },
    async (request) => {
      const { body, caller, params } = request;
      findWebhook(directory, caller, params.id);
      const clientCertificate = readClientCertificate(body.client_certificate, clock.now());
      const updated = await updateWebhook(services, request, params.id, (current) => {
        requireTls(current);
        return {
          ...current,
          clientCertificate,
          updatedAt: new Date(clock.now()),
          updatedBy: caller.tokenId,
        };
      });
      return answer(updated);
    },
  );

  app.delete(
    PATH,
    {
      schema: {
        operationId: 'removeClientCertificate',
        summary: 'Remove the client certificate of a webhook',
        description: 'Idempotent. The body is ignored.',
        tags,
        params: WebhookParams,
        response: { 204: NoContent, ...errorAnswers(404) },
      },
    },
    async (request, reply) => {
      const { caller, params } = request;
      // Without a change there is nothing to audit.
      if (findWebhook(directory, caller, params.id).clientCertificate !== undefined) {
        await updateWebhook(services, request, params.id, (current) => ({
          ...current,
          clientCertificate: undefined,
          updatedAt: new Date(clock.now()),
          updatedBy: caller.tokenId,
        }));
      }
      return reply.code(204).send();
    },
  );
};

/** @throws ApiError `InvalidBody` unless the endpoint of the webhook is reached with TLS. */
function requireTls({ endpoint }: Webhook): void {
  if (/^https:/i.test(endpoint)) return;
  const errors = new FieldErrors();
  errors.add(
    'client_certificate',
    'conflict',
    'needs an endpoint with https: that of this webhook is http',
  );
  errors.throwIfAny();
}
