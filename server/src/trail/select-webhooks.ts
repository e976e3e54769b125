import type { Directory } from '../directory/directory.ts';
import type { WebhookReason } from '../model/reason-code.ts';
import type { Webhook } from '../model/webhook.ts';
import type { CompiledQuery } from '../query/compile-query.ts';
import type { Family } from '../sql/parts/trail-family.ts';
import type { ArchiveWebhookRow } from '../sql/read-archive-webhooks.ts';
import type { DeletedWebhookRow } from '../sql/read-deleted-webhooks.ts';
import { heldReasonOf } from './held-reason-of.ts';

/** A webhook whose invocations a list has. */
export interface ListedWebhook {
  readonly id: string;
  readonly name: string;
  /** Where its invocations are stored. */
  readonly family: Family;
  /** The name of the source that it is archived from; undefined: it is ours. */
  readonly origin: string | undefined;
  /** Undefined when it was deleted, and of an archived one. */
  readonly webhook: Webhook | undefined;
  readonly deletedAt: Date | undefined;
  /** Why all of it waits: a reason of the query language. */
  readonly held: WebhookReason | null;
}

interface Webhooks {
  readonly accountId: number;
  readonly deleted: readonly DeletedWebhookRow[];
  readonly archived: readonly ArchiveWebhookRow[];
  readonly directory: Directory;
}

/**
 * The webhooks of an account that the terms of a query allow, by id or name and by origin: deleted ones
 * too, and those that are archived from remote accounts.
 */
export async function selectWebhooks(
  { accountId, archived, deleted, directory }: Webhooks,
  { origins, webhooks: terms }: Pick<CompiledQuery, 'origins' | 'webhooks'>,
): Promise<ListedWebhook[]> {
  const account = directory.account(accountId);
  const allowed = ({ id, name }: { readonly id: string; readonly name: string }) =>
    terms.every(({ names, not }) => (names.has(id) || names.has(name)) !== not);
  const isFrom = (origin: string) => origins.every(({ names, not }) => names.has(origin) !== not);
  const selected: ListedWebhook[] = [];
  for (const row of archived) {
    if (!allowed(row) || !isFrom(row.source)) continue;
    selected.push({
      id: row.id,
      name: row.name,
      family: 'archived',
      origin: row.source,
      webhook: undefined,
      deletedAt: row.gone_at ?? undefined,
      held: null,
    });
  }
  if (!isFrom('local')) return selected;
  const known = new Set<string>();
  for (const { webhook } of await directory.webhooksInOrder(accountId, 'id')) {
    known.add(webhook.id);
    const { id, name } = webhook;
    if (allowed(webhook)) {
      // Field by field: spreading what they share took 5 µs for each, and they are thousands.
      selected.push({
        id,
        name,
        family: 'local',
        origin: undefined,
        webhook,
        deletedAt: undefined,
        held: heldReasonOf(account, webhook),
      });
    }
  }
  for (const row of deleted) {
    // The directory may show a deletion a moment later than the database.
    if (known.has(row.id) || !allowed(row)) continue;
    selected.push({
      id: row.id,
      name: row.name,
      family: 'local',
      origin: undefined,
      webhook: undefined,
      deletedAt: row.deleted_at,
      held: null,
    });
  }
  return selected;
}
