import type { Database } from '../../database/database.ts';
import type { Directory } from '../../directory/directory.ts';
import { isId } from '../../model/ids.ts';
import type { Webhook } from '../../model/webhook.ts';
import { readDeletedWebhook } from '../../sql/read-deleted-webhooks.ts';
import { notFound } from '../errors/not-found.ts';
import type { Caller } from './caller.ts';

/** A webhook whose trail is kept; it may have been deleted. */
export interface WebhookOfTrail {
  readonly id: string;
  readonly name: string;
  /** Undefined when it was deleted. */
  readonly webhook: Webhook | undefined;
  readonly deletedAt: Date | undefined;
}

interface Parts {
  readonly database: Database;
  readonly directory: Directory;
}

/**
 * @throws ApiError `RecordNotFound` unless the caller's account owns this webhook, or has deleted it
 * and its trail is kept.
 */
export async function findWebhookOfTrail(
  { database, directory }: Parts,
  { accountId }: Caller,
  id: string,
): Promise<WebhookOfTrail> {
  const webhook = directory.webhook(id);
  if (webhook?.accountId === accountId) {
    return { id, name: webhook.name, webhook, deletedAt: undefined };
  }
  const [deleted] = isId(id) ? await database.run(readDeletedWebhook, { accountId, id }) : [];
  if (deleted === undefined) throw notFound('webhook', id);
  return { id: deleted.id, name: deleted.name, webhook: undefined, deletedAt: deleted.deleted_at };
}
