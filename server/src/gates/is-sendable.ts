import type { Account } from '../model/account.ts';
import type { Webhook } from '../model/webhook.ts';

/**
 * Whether people let a webhook send: it is active and not paused, and its account is not suspended.
 * What is due waits otherwise, for as long as it takes.
 */
export function isSendable(webhook: Webhook, account: Account | undefined): boolean {
  return (
    webhook.status === 'active' &&
    webhook.paused === undefined &&
    account !== undefined &&
    account.suspendedAt === undefined
  );
}
