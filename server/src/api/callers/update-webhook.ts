import type { Webhook } from '../../model/webhook.ts';
import { notFound } from '../errors/not-found.ts';
import type { Services } from '../services/services.ts';
import { actOf } from './act-of.ts';
import { findWebhook } from './find-webhook.ts';

/**
 * Updates a webhook of the caller's account and returns the result. `change` runs in the
 * transaction, on the locked row.
 *
 * @throws ApiError `RecordNotFound` unless the caller's account owns this webhook.
 */
export async function updateWebhook(
  { directory, webhooks }: Pick<Services, 'directory' | 'webhooks'>,
  request: Parameters<typeof actOf>[0],
  id: string,
  change: (current: Webhook) => Webhook,
): Promise<Webhook> {
  const { caller } = request;
  // Rejects an unknown or malformed id without asking the database.
  findWebhook(directory, caller, id);
  const updated = await webhooks.update(caller.accountId, id, actOf(request), change);
  if (updated === undefined) throw notFound('webhook', id);
  return updated;
}
