import type { WebhookRow } from '../model/webhook-row.ts';

/** What a webhook with short fields takes in memory, beside the fields. */
const FIXED_BYTES = 500;

/** The object and the pointer of each subscription. */
const SUBSCRIPTION_BYTES = 32;

/** About what a webhook takes in the memory of each node: the limit of an account counts in it. */
export function webhookBytes(row: WebhookRow): number {
  let bytes = FIXED_BYTES;
  for (const value of Object.values(row) as unknown[]) bytes += bytesOf(value);
  return bytes + SUBSCRIPTION_BYTES * row.subscriptions.length;
}

function bytesOf(value: unknown): number {
  if (value === null || value === undefined) return 0;
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (value instanceof Uint8Array) return value.length;
  return Buffer.byteLength(JSON.stringify(value));
}
