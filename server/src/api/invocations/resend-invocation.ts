import { SKIP_REASONS, type SkipReason } from '../../jobs/replay/skip-reason.ts';
import type { Account } from '../../model/account.ts';
import { actOf } from '../callers/act-of.ts';
import { findWebhook } from '../callers/find-webhook.ts';
import { findWebhookOfTrail } from '../callers/find-webhook-of-trail.ts';
import { ApiError } from '../errors/api-error.ts';
import type { ErrorCode } from '../errors/errors.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import { nullable } from '../schema/nullable.ts';
import type { Routes } from '../services/routes.ts';
import { headersFor } from './headers-for.ts';
import { InvocationParams } from './invocation-schema.ts';
import { readAttempt } from './read-attempt.ts';
import { rejectHeld } from './reject-held.ts';
import { requireInvocation } from './require-invocation.ts';
import { ResendBody, ResentBody } from './resend-schema.ts';
import { trailAttemptView } from './trail-attempt-view.ts';

/** Sends an archived invocation again. */
export const resendInvocation: Routes = (app, services) => {
  app.post(
    '/v1/webhooks/:id/invocations/:invocation_id/resend',
    {
      schema: {
        operationId: 'resendInvocation',
        summary: 'Send an archived invocation again',
        description:
          'Sends the request of an invocation that is archived from a remote account to its endpoint again, or to another webhook: the same method, URL, body and content type, under the same invocation id, signed again, with `X-Hooktrail-Resend`. It waits for the answer, which is recorded as an attempt. Its status stays what the service said. The body is optional.',
        tags: ['Invocations'],
        params: InvocationParams,
        body: nullable(ResendBody),
        response: {
          200: ResentBody,
          ...errorAnswers(400, 404, 409, 413, 415, 422, 429, 503),
        },
      },
    },
    async (request) => {
      const { body, caller, params } = request;
      const { archive, directory } = services;
      const { accountId } = caller;
      const found = await findWebhookOfTrail(services, caller, params.id);
      const { id: invocationId } = await requireInvocation(
        services,
        found,
        params.invocation_id,
        'stored',
      );
      if (found.family === 'local') {
        throw new ApiError(
          'NotArchived',
          'this invocation is ours: a resend sends what is archived, send it again with POST .../replay',
        );
      }
      const account = directory.account(accountId) as Account;
      const targetId = body?.target_webhook_id;
      const target =
        targetId === undefined
          ? undefined
          : findWebhook(directory, caller, targetId, 'target_webhook_id');
      if (target !== undefined) rejectHeld(target, account, false);
      else if (account.suspendedAt !== undefined) {
        throw new ApiError(
          'WebhookPaused',
          'this account is suspended: nothing of it is sent until an operator resumes it',
        );
      }
      const act = actOf(request);
      const one = { accountId, webhookId: found.id, invocationId, target, act };
      // An endpoint may be silent for seconds, and changes of other accounts must not wait for it.
      const resent = await request.outOfTurn(async () => {
        const begun = await archive.resend(one);
        if (begun.refused === undefined) await begun.finished;
        return begun;
      });
      if (resent.refused !== undefined) throw refusal(resent.refused, found.origin as string);
      const { payload, row } = await readAttempt(services, caller, found, {
        invocationId,
        number: resent.number,
      });
      const show = headersFor(caller.role, services.headerBox);
      return {
        attempt: trailAttemptView(invocationId, row, payload, show, caller.role),
        left_out: [...resent.leftOut],
      };
    },
  );
};

const CODES: Partial<Record<SkipReason, ErrorCode>> = {
  'changed since': 'AttemptUnderWay',
  'invocation gone': 'RecordNotFound',
  'webhook deleted': 'RecordNotFound',
  'no secret': 'SecretMissing',
};

function refusal(reason: SkipReason | 'no room', origin: string): ApiError {
  const wait = { headers: { 'retry-after': '1' } };
  if (reason === 'no room') {
    return new ApiError(
      'TooManyRequests',
      'as many requests as may be are in flight, or the rate limit of the webhook is reached: try again',
      wait,
    );
  }
  if (reason === 'changed since') {
    return new ApiError(
      'AttemptUnderWay',
      'a resend of this invocation is in flight: check its outcome before you send it again',
      wait,
    );
  }
  const code = CODES[reason] ?? 'CannotBeRebuilt';
  return new ApiError(
    code,
    `this invocation of ${origin} cannot be sent again. ${SKIP_REASONS[reason]}`,
  );
}
