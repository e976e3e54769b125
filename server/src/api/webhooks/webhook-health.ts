import { Type } from 'typebox';
import type { Account } from '../../model/account.ts';
import type { Rules } from '../../model/rules.ts';
import { rulesOf } from '../../model/rules-of.ts';
import type { Webhook } from '../../model/webhook.ts';
import type { BreakerRow, BreakerState } from '../../sql/read-breakers.ts';
import { readHealth } from '../../trail/read-health.ts';
import { findWebhook } from '../callers/find-webhook.ts';
import { CLOSED } from '../schema/closed.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import { oneOf } from '../schema/one-of.ts';
import { Time } from '../schema/time.ts';
import { WebhookParams } from '../schema/webhook-params.ts';
import type { Routes } from '../services/routes.ts';

const HealthBody = Type.Object(
  {
    health: Type.Object(
      {
        status: oneOf(['active', 'inactive', 'paused', 'suspended'], {
          description:
            'Whether the webhook may send: its status, a pause, or the suspension of its account. Independent of the breaker.',
        }),
        paused_at: Type.Optional(Time),
        paused_by: Type.Optional(Type.String()),
        breaker: Type.Object(
          {
            state: oneOf(['closed', 'open', 'half open', 'none'], {
              description: '`half open`: a probe is in flight. `none`: the rules have no breaker.',
            }),
            since: Type.Optional(Time),
            reason: Type.Optional(Type.String()),
            next_probe_at: Type.Optional(Time),
          },
          CLOSED,
        ),
        window: Type.Object(
          {
            seconds: Type.Integer(),
            requests: Type.Integer(),
            errors: Type.Integer(),
            error_rate: Type.Optional(
              Type.Number({ description: 'Absent while `requests` is 0.' }),
            ),
          },
          { ...CLOSED, description: 'Outcomes over all nodes, since the breaker last closed.' },
        ),
        next_permit_at: Type.Optional({
          ...Time,
          description:
            'When the rate limit next permits a request; absent while it is not reached.',
        }),
        waiting_since: Type.Optional({
          ...Time,
          description: 'When the oldest waiting invocation became due.',
        }),
      },
      CLOSED,
    ),
  },
  { ...CLOSED, description: 'The health of the webhook.' },
);

/** Shows the health of a webhook. */
export const webhookHealth: Routes = (app, services) => {
  app.get(
    '/v1/webhooks/:id/health',
    {
      schema: {
        operationId: 'showWebhookHealth',
        summary:
          'Show the health of a webhook: circuit breaker, recent outcomes, waiting invocations',
        tags: ['Webhooks'],
        params: WebhookParams,
        response: { 200: HealthBody, ...errorAnswers(404) },
      },
    },
    async ({ caller, params }) => {
      const { directory, flushBreakerCounts } = services;
      const webhook = findWebhook(directory, caller, params.id);
      const account = directory.account(webhook.accountId) as Account;
      await flushBreakerCounts();
      const rules = rulesOf(webhook, account);
      const health = await readHealth(services, webhook.id, rules);
      const { breaker, nextPermitAt } = health.gates;
      const { errors, requests, waitingSince, windowMs } = health;
      return {
        health: {
          status: statusOf(webhook, account),
          ...(webhook.paused !== undefined && {
            paused_at: webhook.paused.at.toISOString(),
            paused_by: webhook.paused.by,
          }),
          breaker: {
            state: breakerState(breaker, rules),
            ...(breaker !== undefined && {
              since: breaker.since.toISOString(),
              reason: breaker.reason ?? '',
              next_probe_at: breaker.next_probe_at.toISOString(),
            }),
          },
          window: {
            seconds: windowMs / 1_000,
            requests,
            errors,
            ...(requests > 0 && { error_rate: errors / requests }),
          },
          ...(nextPermitAt !== undefined && { next_permit_at: nextPermitAt.toISOString() }),
          ...(waitingSince !== undefined && { waiting_since: waitingSince.toISOString() }),
        },
      };
    },
  );
};

function statusOf(
  webhook: Webhook,
  account: Account,
): 'active' | 'inactive' | 'paused' | 'suspended' {
  if (account.suspendedAt !== undefined) return 'suspended';
  if (webhook.status === 'inactive') return 'inactive';
  return webhook.paused === undefined ? 'active' : 'paused';
}

function breakerState(breaker: BreakerRow | undefined, rules: Rules): BreakerState | 'none' {
  return breaker?.state ?? (rules.breaker === null ? 'none' : 'closed');
}
