import { Type } from 'typebox';
import type { Account } from '../../model/account.ts';
import type { Webhook } from '../../model/webhook.ts';
import { readEventBody } from '../../sql/read-event-body.ts';
import { actOf } from '../callers/act-of.ts';
import { findWebhook } from '../callers/find-webhook.ts';
import { ApiError } from '../errors/api-error.ts';
import { CLOSED } from '../schema/closed.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import { Invocation } from '../schema/invocation.ts';
import { invocationView } from '../schema/invocation-view.ts';
import { nullable } from '../schema/nullable.ts';
import { ref } from '../schema/ref.ts';
import type { Routes } from '../services/routes.ts';
import { InvocationParams } from './invocation-schema.ts';
import { rejectArchived } from './reject-archived.ts';
import { rejectHeld } from './reject-held.ts';
import { requireInvocation } from './require-invocation.ts';

const ReplayBody = Type.Object(
  {
    force: Type.Optional(
      Type.Boolean({ description: 'Send it even if the webhook is inactive or paused.' }),
    ),
  },
  CLOSED,
);

/** Replays an invocation: sends it again. */
export const replayInvocation: Routes = (app, services) => {
  app.post(
    '/v1/webhooks/:id/invocations/:invocation_id/replay',
    {
      schema: {
        operationId: 'replayInvocation',
        summary: 'Replay an invocation',
        description:
          'Sends the same payload under the same invocation id, as the next attempt, with trigger `manual`. It bypasses an open circuit breaker and leaves the retry schedule unchanged: a scheduled retry stays scheduled. The body is optional.',
        tags: ['Invocations'],
        params: InvocationParams,
        body: nullable(ReplayBody),
        response: {
          202: Type.Object(
            { invocation: ref(Invocation) },
            { ...CLOSED, description: 'The attempt is due now.' },
          ),
          ...errorAnswers(400, 404, 409, 413, 415, 422),
        },
      },
    },
    async (request, reply) => {
      const { body, caller, params } = request;
      const { database, directory, replay } = services;
      const force = body?.force ?? false;
      const { accountId } = caller;
      const check = (): Webhook => {
        const webhook = findWebhook(directory, caller, params.id);
        if (!force) rejectHeld(webhook, directory.account(webhook.accountId) as Account, true);
        return webhook;
      };
      if (directory.webhook(params.id) === undefined) {
        await rejectArchived(database, caller, params.id);
      }
      const webhook = check();
      const ours = { id: webhook.id, family: 'local' } as const;
      const found = await requireInvocation(services, ours, params.invocation_id);
      const [event] = await database.run(readEventBody, {
        accountId,
        id: found.event_id as string,
        maxCharacters: 0,
      });
      if (event === undefined || found.erased_at !== null) {
        throw new ApiError(
          'EventGone',
          `this invocation cannot be sent again: its event ${event === undefined ? 'is no longer kept' : 'was erased'}`,
        );
      }
      const invocationId = found.id;
      const act = actOf(request);
      if (!(await replay({ accountId, webhookId: webhook.id, invocationId, act, force, check }))) {
        throw new ApiError(
          'AttemptUnderWay',
          'an attempt of this invocation is in flight: check its outcome before replaying',
          { headers: { 'retry-after': '1' } },
        );
      }
      const now = await requireInvocation(services, ours, invocationId);
      return reply
        .code(202)
        .send({ invocation: invocationView(webhook.id, now, now.due_at ?? undefined) });
    },
  );
};
