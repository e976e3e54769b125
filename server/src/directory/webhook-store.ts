import type { Act } from '../model/act.ts';
import type { Webhook } from '../model/webhook.ts';

/**
 * Changes webhooks. A promise resolves when the change and its row of the audit are committed and this
 * node's directory shows the change; other nodes follow within milliseconds.
 */
export interface WebhookStore {
  create(webhook: Webhook, act: Act): Promise<void>;
  /**
   * Replaces a webhook by what `change` makes of it, under a lock. Resolves to undefined when there
   * is no such webhook in the account. What `change` throws is thrown, and nothing is changed.
   */
  update(
    accountId: number,
    id: string,
    act: Act,
    change: (current: Webhook) => Webhook,
  ): Promise<Webhook | undefined>;
  /** Resolves to whether there was one. */
  delete(accountId: number, id: string, act: Act): Promise<boolean>;
}
