import type { Account } from '../../model/account.ts';
import type { Webhook } from '../../model/webhook.ts';
import { ApiError } from '../errors/api-error.ts';

/** @throws ApiError when the webhook may not send, with what to do about it. */
export function rejectHeld(webhook: Webhook, account: Account, canForce: boolean): void {
  const forced = canForce ? ', or send {"force": true}' : '';
  if (webhook.status !== 'active') {
    throw new ApiError(
      'WebhookInactive',
      `this webhook is inactive: set its status to active first${forced}`,
    );
  }
  if (webhook.paused !== undefined) {
    throw new ApiError(
      'WebhookPaused',
      `this webhook has been paused since ${webhook.paused.at.toISOString()}: resume it first${forced}`,
    );
  }
  if (account.suspendedAt !== undefined) {
    throw new ApiError(
      'WebhookPaused',
      'this account is suspended: its webhooks send nothing until an operator resumes it',
    );
  }
}
