import type { Webhook } from '../model/webhook.ts';

/** The orders in which webhooks are listed: by their ids, or by a field and then by their ids. */
export type WebhookOrder = 'id' | 'name' | 'status';

/** A webhook with its place in an order. */
export interface OrderedWebhook {
  /** Sorts before the id; empty in the order of ids. */
  readonly key: string;
  readonly id: string;
  readonly webhook: Webhook;
}

/** Gives a webhook its place in an order. Names sort case-insensitively. */
export function orderedWebhook(webhook: Webhook, order: WebhookOrder): OrderedWebhook {
  const { id } = webhook;
  if (order === 'id') return { key: '', id, webhook };
  return { key: order === 'name' ? webhook.name.toLowerCase() : webhook.status, id, webhook };
}

/** Compares places of one order. */
export function compareWebhooks(
  one: Pick<OrderedWebhook, 'key' | 'id'>,
  other: Pick<OrderedWebhook, 'key' | 'id'>,
): number {
  if (one.key !== other.key) return one.key < other.key ? -1 : 1;
  if (one.id === other.id) return 0;
  return one.id < other.id ? -1 : 1;
}
