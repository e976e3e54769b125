import { Type } from 'typebox';
import type { Account } from '../../model/account.ts';
import type { Webhook } from '../../model/webhook.ts';
import { readEventBody } from '../../sql/read-event-body.ts';
import { actOf } from '../callers/act-of.ts';
import { findWebhook } from '../callers/find-webhook.ts';
import { ApiError } from '../errors/api-error.ts';
import { CLOSED } from '../schema/closed.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import { nullable } from '../schema/nullable.ts';
import { ref } from '../schema/ref.ts';
import type { Routes } from '../services/routes.ts';
import { Invocation, InvocationParams } from './invocation-schema.ts';
import { invocationView } from './invocation-view.ts';
import { requireInvocation } from './require-invocation.ts';

const ReplayBody = Type.Object(
  {
    force: Type.Optional(
      Type.Boolean({ description: 'Send it although the webhook is inactive or paused.' }),
    ),
  },
  CLOSED,
);

/** Send an invocation once more. */
export const replayInvocation: Routes = (app, services) => {
  app.post(
    '/v1/webhooks/:id/invocations/:invocation_id/replay',
    {
      schema: {
        operationId: 'replayInvocation',
        summary: 'Send an invocation once more',
        description:
          'The same invocation id and payload, the next attempt number, trigger `manual`. It goes out past an open circuit breaker, and does not use up the schedule: a retry that was due stays due. The body may be left out.',
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
      const webhook = findWebhook(directory, caller, params.id);
      const force = body?.force ?? false;
      if (!force) refuseHeld(webhook, directory.account(webhook.accountId) as Account);
      const found = await requireInvocation(services, webhook.id, params.invocation_id);
      const [event] = await database.run(readEventBody, { id: found.event_id, maxCharacters: 0 });
      if (event === undefined) {
        throw new ApiError(
          'EventGone',
          'this invocation cannot be sent again: its event is not kept any more',
        );
      }
      const invocationId = found.id;
      const { accountId } = caller;
      const act = actOf(request);
      if (!(await replay({ accountId, webhookId: webhook.id, invocationId, act, force }))) {
        throw new ApiError(
          'AttemptUnderWay',
          'an attempt of this invocation is under way: look at its outcome first',
          { headers: { 'retry-after': '1' } },
        );
      }
      const now = await requireInvocation(services, webhook.id, invocationId);
      return reply
        .code(202)
        .send({ invocation: invocationView(webhook.id, now, now.due_at ?? undefined) });
    },
  );
};

/** @throws ApiError when the webhook may not send, with what could be done about it. */
function refuseHeld(webhook: Webhook, account: Account): void {
  const forced = 'or send {"force": true}';
  if (webhook.status !== 'active') {
    throw new ApiError(
      'WebhookInactive',
      `this webhook is inactive and sends nothing: set its status to active first, ${forced}`,
    );
  }
  if (webhook.paused !== undefined) {
    throw new ApiError(
      'WebhookPaused',
      `this webhook is paused since ${webhook.paused.at.toISOString()} and sends nothing: resume it first, ${forced}`,
    );
  }
  if (account.suspendedAt !== undefined) {
    throw new ApiError('WebhookPaused', 'the account is suspended: its webhooks send nothing');
  }
}
