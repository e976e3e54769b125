import type { Account } from '../model/account.ts';
import type { Webhook } from '../model/webhook.ts';

/**
 * Whether a webhook is allowed to send by its owners: it is active and not paused, and its account
 * is not suspended. Otherwise what is due waits, without a time limit.
 */
export function isSendable(webhook: Webhook, account: Account | undefined): boolean {
  return (
    webhook.status === 'active' &&
    webhook.paused === undefined &&
    account !== undefined &&
    account.suspendedAt === undefined
  );
}
