import type { Database } from '../database/database.ts';
import type { SecretBox } from '../secret-box.ts';
import { deleteWebhook } from '../sql/delete-webhook.ts';
import { lockWebhook } from '../sql/lock-webhook.ts';
import { notify } from '../sql/notify.ts';
import { writeWebhook } from '../sql/write-webhook.ts';
import type { DirectoryCache } from './create-directory.ts';
import { rowFromWebhook, webhookFromRow } from './webhook-row.ts';
import type { WebhookStore } from './webhook-store.ts';

interface Parts {
  readonly database: Database;
  readonly directory: DirectoryCache;
  readonly secrets: SecretBox;
}

/** Each change, its notification and nothing else are one transaction; then the directory is asked to look. */
export function createWebhookStore({ database, directory, secrets }: Parts): WebhookStore {
  return {
    async create(webhook) {
      await database.transaction(async (runner) => {
        await runner.run(writeWebhook, rowFromWebhook(webhook, secrets));
        await runner.run(notify, { channel: 'hooktrail_webhook', payload: webhook.id });
      });
      await directory.refreshWebhook(webhook.id);
    },

    async update(accountId, id, change) {
      const changed = await database.transaction(async (runner) => {
        const [row] = await runner.run(lockWebhook, { accountId, id });
        if (row === undefined) return undefined;
        const webhook = change(webhookFromRow(row, secrets));
        await runner.run(writeWebhook, rowFromWebhook(webhook, secrets));
        await runner.run(notify, { channel: 'hooktrail_webhook', payload: id });
        return webhook;
      });
      if (changed !== undefined) await directory.refreshWebhook(id);
      return changed;
    },

    async delete(accountId, id) {
      const deleted = await database.transaction(async (runner) => {
        const rows = await runner.run(deleteWebhook, { accountId, id });
        await runner.run(notify, { channel: 'hooktrail_webhook', payload: id });
        return rows.length > 0;
      });
      await directory.refreshWebhook(id);
      return deleted;
    },
  };
}
