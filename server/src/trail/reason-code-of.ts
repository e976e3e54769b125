import type { Account } from '../model/account.ts';
import type { ReasonCode, WebhookReason } from '../model/reason-code.ts';
import type { Webhook } from '../model/webhook.ts';

interface Recorded {
  readonly due_at: Date | null;
  readonly leased: boolean;
  readonly reason_code: ReasonCode | null;
}

/** What the directory knows of the webhook of an invocation. */
interface Known {
  readonly account: Account;
  /** Undefined when it was deleted. */
  readonly webhook: Webhook | undefined;
}

/**
 * Why an invocation waits or ended, in one word. What is recorded says what holds this invocation;
 * what holds all of its webhook goes before it. Null for one that nothing happened to yet, and after a
 * success.
 */
export function reasonCodeOf(
  { due_at: dueAt, leased, reason_code: recorded }: Recorded,
  { account, webhook }: Known,
  nowMs: number,
): ReasonCode | WebhookReason | null {
  const waits = dueAt !== null && !(leased && dueAt.getTime() > nowMs);
  if (!waits || webhook === undefined) return recorded;
  if (account.suspendedAt !== undefined) return 'suspended';
  if (webhook.status === 'inactive') return 'inactive';
  return webhook.paused === undefined ? recorded : 'paused';
}
