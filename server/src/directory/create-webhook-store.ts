import type { Database, Runner } from '../database/database.ts';
import type { Act } from '../model/act.ts';
import type { Clock } from '../model/clock.ts';
import type { Webhook } from '../model/webhook.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import { deleteWebhook } from '../sql/delete-webhook.ts';
import { lockWebhook } from '../sql/lock-webhook.ts';
import { notify } from '../sql/notify.ts';
import { writeWebhook } from '../sql/write-webhook.ts';
import { auditedChange } from './audit/audited-change.ts';
import { writeAudit } from './audit/write-audit.ts';
import type { DirectoryCache } from './create-directory.ts';
import { rowFromWebhook, webhookFromRow } from './webhook-row.ts';
import type { WebhookStore } from './webhook-store.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Database;
  readonly directory: DirectoryCache;
  readonly secrets: SecretBox;
}

/**
 * Each change, its audit row and its notification commit in one transaction; then this node's
 * directory reloads the webhook.
 */
export function createWebhookStore({ clock, database, directory, secrets }: Parts): WebhookStore {
  /** Writes the audit row and notifies the nodes; `before` or `after` is defined, or both. */
  async function recordChange(
    runner: Runner,
    act: Act,
    before: Webhook | undefined,
    after: Webhook | undefined,
  ): Promise<void> {
    const { id, accountId } = (after ?? before) as Webhook;
    await writeAudit(runner, clock, {
      accountId,
      act,
      targetType: 'webhook',
      targetId: id,
      ...auditedChange(before, after),
    });
    await runner.run(notify, { channel: 'hooktrail_webhook', payload: id });
  }

  return {
    async create(webhook, act) {
      await database.transaction(async (runner) => {
        await runner.run(writeWebhook, rowFromWebhook(webhook, secrets));
        await recordChange(runner, act, undefined, webhook);
      });
      await directory.refreshWebhook(webhook.id);
    },

    async update(accountId, id, act, change) {
      const changed = await database.transaction(async (runner) => {
        const [row] = await runner.run(lockWebhook, { accountId, id });
        if (row === undefined) return undefined;
        const current = webhookFromRow(row, secrets);
        const webhook = change(current);
        await runner.run(writeWebhook, rowFromWebhook(webhook, secrets));
        await recordChange(runner, act, current, webhook);
        return webhook;
      });
      if (changed !== undefined) await directory.refreshWebhook(id);
      return changed;
    },

    async delete(accountId, id, act) {
      const deleted = await database.transaction(async (runner) => {
        const [row] = await runner.run(deleteWebhook, { accountId, id });
        if (row !== undefined)
          await recordChange(runner, act, webhookFromRow(row, secrets), undefined);
        return row !== undefined;
      });
      await directory.refreshWebhook(id);
      return deleted;
    },
  };
}
