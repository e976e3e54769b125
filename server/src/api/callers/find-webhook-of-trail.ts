import type { Database } from '../../database/database.ts';
import type { Directory } from '../../directory/directory.ts';
import { isId } from '../../model/ids.ts';
import type { Webhook } from '../../model/webhook.ts';
import type { Family } from '../../sql/parts/trail-family.ts';
import { readArchiveWebhook } from '../../sql/read-archive-webhooks.ts';
import { readDeletedWebhook } from '../../sql/read-deleted-webhooks.ts';
import { notFound } from '../errors/not-found.ts';
import type { Caller } from './caller.ts';

/** A webhook whose trail is kept; it may have been deleted, or be one of a remote account. */
export interface WebhookOfTrail {
  readonly id: string;
  readonly name: string;
  /** Where its trail is stored. */
  readonly family: Family;
  /** The name of the source that it is archived from; undefined: it is ours. */
  readonly origin: string | undefined;
  /** Undefined when it was deleted, and for one that is archived. */
  readonly webhook: Webhook | undefined;
  readonly deletedAt: Date | undefined;
}

interface Parts {
  readonly database: Database;
  readonly directory: Directory;
}

/**
 * Finds a webhook of the caller's account, also a deleted one while its trail is kept, and one of a
 * remote account whose trail is archived.
 *
 * @throws ApiError `RecordNotFound` if the account has none with this id.
 */
export async function findWebhookOfTrail(
  { database, directory }: Parts,
  { accountId }: Caller,
  id: string,
): Promise<WebhookOfTrail> {
  const webhook = directory.webhook(id);
  if (webhook?.accountId === accountId) {
    const { name } = webhook;
    return { id, name, family: 'local', origin: undefined, webhook, deletedAt: undefined };
  }
  const gone = { family: 'local', origin: undefined, webhook: undefined } as const;
  const [deleted] = isId(id) ? await database.run(readDeletedWebhook, { accountId, id }) : [];
  if (deleted !== undefined) {
    return { ...gone, id: deleted.id, name: deleted.name, deletedAt: deleted.deleted_at };
  }
  const [archived] = isId(id) ? await database.run(readArchiveWebhook, { accountId, id }) : [];
  if (archived === undefined) throw notFound('webhook', id);
  return {
    id: archived.id,
    name: archived.name,
    family: 'archived',
    origin: archived.source,
    webhook: undefined,
    deletedAt: archived.gone_at ?? undefined,
  };
}
