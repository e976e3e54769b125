import type { WebhookRow } from '../model/webhook-row.ts';

/**
 * What a webhook with empty fields takes in memory, with its secrets and rules, which have bounds of
 * their own. Status, pause and rules are in it, so that an account at its limit can still change them.
 */
const FIXED_BYTES = 1_000;

/** What a subscription takes beside its text: in the list, and in the index. */
const SUBSCRIPTION_BYTES = 64;

/** About what a webhook takes in the memory of each node: the limit of an account counts in it. */
export function webhookBytes(row: WebhookRow): number {
  const subscriptions = row.subscriptions.reduce(
    (sum, subscription) => sum + subscription.length + SUBSCRIPTION_BYTES,
    0,
  );
  const others = [
    row.name,
    row.description,
    row.endpoint,
    row.authentication,
    row.custom_headers,
    row.sealed_headers,
    row.client_certificate,
    row.external_source,
  ];
  return others.reduce<number>((sum, value) => sum + bytesOf(value), FIXED_BYTES + subscriptions);
}

function bytesOf(value: unknown): number {
  if (value === null || value === undefined) return 0;
  if (value instanceof Uint8Array) return value.length;
  return Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value));
}
