import Type from 'typebox';
import { DIRECT, isDirect } from '../../model/webhook.ts';
import { findWebhook } from '../callers/find-webhook.ts';
import { ApiError } from '../errors/api-error.ts';
import { validationError } from '../errors/validation-error.ts';
import { rejectIdempotencyKey } from '../input/idempotency-key.ts';
import { rawBody, takeRawBodies } from '../input/raw-body.ts';
import { rejectLongPath } from '../input/reject-long-path.ts';
import { renderPayload } from '../input/render-payload.ts';
import { CLOSED } from '../schema/closed.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import { TRACE_HEADERS } from '../schema/trace-headers.ts';
import type { App, Routes } from '../services/routes.ts';

/** `POST /v1/webhooks/{id}/invocations`: invokes one webhook directly, with a payload. */
export const invokeWebhook: Routes = (app, services) => {
  void app.register(async (scope: App) => {
    takeRawBodies(scope);
    scope.post(
      '/v1/webhooks/:id/invocations',
      {
        schema: {
          operationId: 'invokeWebhook',
          summary: 'Invoke a webhook with a payload',
          description: `For webhooks subscribed to \`${DIRECT}\`. The payload depends on the webhook. Format json with POST, PUT or PATCH: any JSON, sent byte for byte, or a string that contains JSON. Format xml: a string. Format form_encoded, and GET and DELETE in any format: an array of \`[name, value]\` pairs, sent as form or query parameters.`,
          tags: ['Publishing'],
          params: Type.Object({ id: Type.String({ description: 'The id of the webhook.' }) }),
          headers: Type.Object(TRACE_HEADERS),
          body: Type.Object({ payload: Type.Unknown() }, CLOSED),
          response: {
            202: Type.Object(
              { invocation: Type.Object({ id: Type.String(), webhook_id: Type.String() }) },
              { description: 'Stored, and due for delivery.' },
            ),
            ...errorAnswers(400, 404, 409, 413, 415, 422),
          },
        },
      },
      async (request, reply) => {
        rejectIdempotencyKey(request.headers, 'every call invokes the webhook again');
        const { id } = request.params;
        const text = rawBody(request).toString();
        const invocationId = await services.acceptor.invoke(() => {
          const webhook = findWebhook(services.directory, request.caller, id);
          if (!isDirect(webhook)) {
            const message = `payload cannot be sent to this webhook: only a webhook subscribed to ${DIRECT} can be invoked directly; this one is invoked by events`;
            throw validationError('InvalidBody', [
              { field: 'payload', code: 'not_allowed', message },
            ]);
          }
          if (webhook.status !== 'active') {
            throw new ApiError(
              'WebhookInactive',
              'this webhook is inactive: set its status to active first',
            );
          }
          const body = renderPayload(text, webhook);
          rejectLongPath('payload', webhook, body);
          return { webhook, body, headers: request.headers };
        });
        reply.code(202);
        return { invocation: { id: invocationId, webhook_id: id } };
      },
    );
  });
};
