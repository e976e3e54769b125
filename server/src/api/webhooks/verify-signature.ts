import { verifyRequest } from '../../deliver/request/verify-request.ts';
import { findWebhook } from '../callers/find-webhook.ts';
import { FieldErrors } from '../errors/field-errors.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import { WebhookParams } from '../schema/webhook-params.ts';
import type { Routes } from '../services/routes.ts';
import {
  type ReceivedRequest,
  VerificationBody,
  VerifyInputBody,
} from './verify-signature-schema.ts';

/** Says whether a request that somebody received is signed by a webhook. */
export const verifySignature: Routes = (app, { clock, directory }) => {
  app.post(
    '/v1/webhooks/:id/verify',
    {
      schema: {
        operationId: 'verifySignature',
        summary: 'Verify the signature of a request that was received',
        description:
          'Compares in constant time, and answers nothing of the secret. A signature is valid however old it is; the explanation says if receivers would refuse its age. Nothing is stored.',
        tags: ['Webhooks'],
        params: WebhookParams,
        body: VerifyInputBody,
        response: { 200: VerificationBody, ...errorAnswers(400, 404, 413, 415, 422) },
      },
    },
    async ({ body, caller, params }) => {
      const webhook = findWebhook(directory, caller, params.id);
      const signatures = verifyRequest(webhook, receivedOf(body.request), clock.now());
      return {
        verification: {
          valid: signatures.every(({ valid }) => valid),
          signatures: signatures.map(
            ({ explanation, reason, scheme, secret, signedAt, valid }) => ({
              scheme,
              valid,
              ...(secret !== undefined && { secret }),
              ...(reason !== undefined && { reason }),
              ...(signedAt !== undefined && { signed_at: signedAt.toISOString() }),
              explanation,
            }),
          ),
        },
      };
    },
  );
};

/** @throws ApiError `InvalidBody` for two bodies, or for a header that occurs twice. */
function receivedOf({ body, body_base64: base64, headers: given }: ReceivedRequest) {
  const errors = new FieldErrors();
  if (body !== undefined && base64 !== undefined) {
    errors.add('request.body_base64', 'conflict', 'must not be given together with request.body');
  }
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(given)) {
    const lower = name.trim().toLowerCase();
    if (headers.has(lower)) {
      errors.add(
        'request.headers',
        'duplicate',
        'must not have a header twice: names are case-insensitive',
      );
    }
    headers.set(lower, value.trim());
  }
  errors.throwIfAny();
  const bytes = base64 === undefined ? Buffer.from(body ?? '') : Buffer.from(base64, 'base64');
  return { headers, body: bytes };
}
