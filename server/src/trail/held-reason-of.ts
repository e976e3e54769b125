import type { Account } from '../model/account.ts';
import type { WebhookReason } from '../model/reason-code.ts';
import type { Webhook } from '../model/webhook.ts';

/** Why all of a webhook waits; null when it does not, or was deleted. */
export function heldReasonOf(
  account: Pick<Account, 'suspendedAt'> | undefined,
  webhook: Pick<Webhook, 'status' | 'paused'> | undefined,
): WebhookReason | null {
  if (webhook === undefined) return null;
  if (account?.suspendedAt !== undefined) return 'suspended';
  if (webhook.status === 'inactive') return 'inactive';
  return webhook.paused === undefined ? null : 'paused';
}
