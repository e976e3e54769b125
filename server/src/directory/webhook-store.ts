import type { Act } from '../model/act.ts';
import type { Webhook } from '../model/webhook.ts';

/**
 * Changes webhooks. A promise resolves when the change and its audit row are committed and this
 * node's directory shows the change; other nodes follow within milliseconds.
 */
export interface WebhookStore {
  /** @throws TooManyWebhooks */
  create(webhook: Webhook, act: Act): Promise<void>;
  /**
   * Replaces a webhook with the result of `change`, under a lock; undefined leaves it unchanged. Resolves
   * to undefined then, and when the account has no such webhook. Rejects with what `change` throws, and
   * then changes nothing.
   *
   * @throws TooManyWebhooks
   */
  update(
    accountId: number,
    id: string,
    act: Act,
    change: (current: Webhook) => Webhook | undefined,
  ): Promise<Webhook | undefined>;
  /** Resolves to whether the webhook existed. */
  delete(accountId: number, id: string, act: Act): Promise<boolean>;
}
