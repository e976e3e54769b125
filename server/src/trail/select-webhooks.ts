import type { Directory } from '../directory/directory.ts';
import type { WebhookReason } from '../model/reason-code.ts';
import type { Webhook } from '../model/webhook.ts';
import type { CompiledQuery } from '../query/compile-query.ts';
import type { DeletedWebhookRow } from '../sql/read-deleted-webhooks.ts';
import { heldReasonOf } from './held-reason-of.ts';

/** A webhook whose invocations a list has. */
export interface ListedWebhook {
  readonly id: string;
  readonly name: string;
  /** Undefined when it was deleted. */
  readonly webhook: Webhook | undefined;
  readonly deletedAt: Date | undefined;
  /** Why all of it waits: a reason of the query language. */
  readonly held: WebhookReason | null;
}

interface Webhooks {
  readonly accountId: number;
  readonly deleted: readonly DeletedWebhookRow[];
  readonly directory: Directory;
}

/** The webhooks of an account, deleted ones too, that the terms of a query allow, by id or name. */
export async function selectWebhooks(
  { accountId, deleted, directory }: Webhooks,
  terms: CompiledQuery['webhooks'],
): Promise<ListedWebhook[]> {
  const account = directory.account(accountId);
  const allowed = ({ id, name }: { readonly id: string; readonly name: string }) =>
    terms.every(({ names, not }) => (names.has(id) || names.has(name)) !== not);
  const selected: ListedWebhook[] = [];
  const known = new Set<string>();
  for (const { webhook } of await directory.webhooksInOrder(accountId, 'id')) {
    known.add(webhook.id);
    const { id, name } = webhook;
    if (allowed(webhook)) {
      selected.push({
        id,
        name,
        webhook,
        deletedAt: undefined,
        held: heldReasonOf(account, webhook),
      });
    }
  }
  for (const row of deleted) {
    // The directory may show a deletion a moment later than the database.
    if (known.has(row.id) || !allowed(row)) continue;
    const { id, name, deleted_at: deletedAt } = row;
    selected.push({ id, name, webhook: undefined, deletedAt, held: null });
  }
  return selected;
}
