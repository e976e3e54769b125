import { Type } from 'typebox';
import type { Account } from '../../model/account.ts';
import type { Rules } from '../../model/rules.ts';
import { rulesOf } from '../../model/rules-of.ts';
import type { Webhook } from '../../model/webhook.ts';
import type { BreakerRow, BreakerState } from '../../sql/read-breakers.ts';
import type { HandshakeRow } from '../../sql/read-handshakes.ts';
import { readHealth } from '../../trail/read-health.ts';
import { findWebhook } from '../callers/find-webhook.ts';
import { CLOSED } from '../schema/closed.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import { oneOf } from '../schema/one-of.ts';
import { Time } from '../schema/time.ts';
import { WebhookParams } from '../schema/webhook-params.ts';
import type { Routes } from '../services/routes.ts';
import { seenCertificate } from './seen-certificate.ts';

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
        handshake: Type.Optional(
          Type.Object(
            {
              state: oneOf(['not asked', 'asking', 'allowed', 'refused']),
              allowed_origin: Type.Optional(Type.String()),
              allowed_rate: Type.Optional(
                Type.Integer({ description: 'Requests a minute; absent: no limit.' }),
              ),
              checked_at: Type.Optional({ ...Time, description: 'When the endpoint answered.' }),
              next_at: Type.Optional({ ...Time, description: 'When it is asked again.' }),
              reason: Type.Optional(Type.String({ description: 'Why it is no permission.' })),
            },
            {
              ...CLOSED,
              description:
                'Whether the endpoint allows deliveries; absent unless the rules ask it.',
            },
          ),
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
        certificate: Type.Optional(
          Type.Object(
            {
              subject: Type.String({ description: 'Whose it is, such as `CN=hooks.example.com`.' }),
              issuer: Type.String({ description: 'Who signed it.' }),
              valid_until: Time,
              seen_at: { ...Time, description: 'When a delivery saw it last, to a day.' },
            },
            {
              ...CLOSED,
              description:
                'Of the certificate of the endpoint and the one that signed it, the one that ends first, as deliveries of the account to its host saw it. Absent before one was answered, and 30 days after the last.',
            },
          ),
        ),
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
      const [health, certificate] = await Promise.all([
        readHealth(services, webhook.id, rules),
        seenCertificate(services, webhook),
      ]);
      const { breaker, handshake, nextPermitAt } = health.gates;
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
          ...(rules.cloudEvents?.handshake === true && { handshake: handshakeView(handshake) }),
          ...(nextPermitAt !== undefined && { next_permit_at: nextPermitAt.toISOString() }),
          ...(waitingSince !== undefined && { waiting_since: waitingSince.toISOString() }),
          ...(certificate !== undefined && {
            certificate: {
              subject: certificate.subject,
              issuer: certificate.issuer,
              valid_until: certificate.ends_at.toISOString(),
              seen_at: certificate.seen_at.toISOString(),
            },
          }),
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

function handshakeView(row: HandshakeRow | undefined) {
  if (row === undefined) return { state: 'not asked' as const };
  const { allowed_origin, allowed_rate, checked_at, next_at, reason, state } = row;
  return {
    state,
    ...(allowed_origin !== null && { allowed_origin }),
    ...(allowed_rate !== null && { allowed_rate }),
    ...(checked_at !== null && { checked_at: checked_at.toISOString() }),
    ...(state !== 'allowed' && { next_at: next_at.toISOString() }),
    ...(reason !== null && { reason }),
  };
}

function breakerState(breaker: BreakerRow | undefined, rules: Rules): BreakerState | 'none' {
  return breaker?.state ?? (rules.breaker === null ? 'none' : 'closed');
}
