import type { Database, Runner } from '../database/database.ts';
import type { Act } from '../model/act.ts';
import type { Clock } from '../model/clock.ts';
import type { Webhook } from '../model/webhook.ts';
import type { StoredWebhookRow } from '../model/webhook-row.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import { appendHold } from '../sql/append-hold.ts';
import { deleteWebhook } from '../sql/delete-webhook.ts';
import { lockDirectory } from '../sql/lock-directory.ts';
import { lockWebhook } from '../sql/lock-webhook.ts';
import { notify } from '../sql/notify.ts';
import { writeDirectory } from '../sql/write-directory.ts';
import { writeWebhook } from '../sql/write-webhook.ts';
import { auditedChange } from './audit/audited-change.ts';
import { writeAudit } from './audit/write-audit.ts';
import { rowFromWebhook, webhookFromRow } from './convert-webhook.ts';
import type { DirectoryCache } from './create-directory.ts';
import { holdChanges } from './hold-changes.ts';
import { TooManyWebhooks, type WebhookLimits } from './too-many-webhooks.ts';
import { webhookBytes } from './webhook-bytes.ts';
import type { WebhookStore } from './webhook-store.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Database;
  readonly directory: DirectoryCache;
  readonly limits: WebhookLimits;
  readonly secrets: SecretBox;
}

/** A webhook and about what it takes in memory. */
interface Sized {
  readonly webhook: Webhook;
  readonly bytes: number;
}

/** A changed webhook; a new one has no `before`, a deleted one no `after`. */
interface Changed {
  readonly before: Sized | undefined;
  readonly after: Sized | undefined;
}

/**
 * Each change, its audit row and its notification commit in one transaction; then this node's
 * directory reloads the webhook.
 */
export function createWebhookStore(parts: Parts): WebhookStore {
  const { clock, database, directory, limits, secrets } = parts;

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
    for (const hold of holdChanges(before, after)) {
      await runner.run(appendHold, { webhookId: id, ...hold });
    }
    await runner.run(notify, { channel: 'hooktrail_webhook', payload: id });
  }

  /**
   * Runs a change of an account's webhooks as the next version of its directory, under the account's
   * lock. `work` resolves to undefined if it changed nothing, else to the row before and after.
   */
  async function change(
    accountId: number,
    act: Act,
    work: (runner: Runner, version: number) => Promise<Changed | undefined>,
  ): Promise<Changed | undefined> {
    return database.transaction(async (runner) => {
      const [state] = await runner.run(lockDirectory, accountId);
      if (state === undefined) return undefined;
      const version = state.directory_version + 1;
      const changed = await work(runner, version);
      if (changed === undefined) return undefined;
      const { before, after } = changed;
      const more = {
        count: (after ? 1 : 0) - (before ? 1 : 0),
        bytes: (after?.bytes ?? 0) - (before?.bytes ?? 0),
      };
      const count = state.webhook_count + more.count;
      const bytes = state.webhook_bytes + more.bytes;
      // An account beyond a limit, which may have been lowered, can still change what it has.
      if (more.count > 0 && count > limits.count) throw new TooManyWebhooks('count', limits);
      if (more.bytes > 0 && bytes > limits.bytes) throw new TooManyWebhooks('bytes', limits);
      await runner.run(writeDirectory, {
        accountId,
        directory_version: version,
        webhook_count: count,
        webhook_bytes: bytes,
      });
      await recordChange(runner, act, before?.webhook, after?.webhook);
      return changed;
    });
  }

  async function write(runner: Runner, webhook: Webhook, version: number): Promise<Sized> {
    const row = rowFromWebhook(webhook, secrets);
    const bytes = webhookBytes(row);
    await runner.run(writeWebhook, { ...row, version, bytes });
    return { webhook, bytes };
  }

  const sized = (row: StoredWebhookRow): Sized => ({
    webhook: webhookFromRow(row, secrets),
    bytes: row.bytes,
  });

  return {
    async create(webhook, act) {
      const { accountId } = webhook;
      const created = await change(accountId, act, async (runner, version) => ({
        before: undefined,
        after: await write(runner, webhook, version),
      }));
      if (created === undefined) throw new Error(`there is no account ${accountId}`);
      await directory.refreshWebhook(webhook.id);
    },

    async update(accountId, id, act, changeOf) {
      const changed = await change(accountId, act, async (runner, version) => {
        const [row] = await runner.run(lockWebhook, { accountId, id });
        if (row === undefined) return undefined;
        const before = sized(row);
        const webhook = changeOf(before.webhook);
        return webhook && { before, after: await write(runner, webhook, version) };
      });
      if (changed !== undefined) await directory.refreshWebhook(id);
      return changed?.after?.webhook;
    },

    async delete(accountId, id, act) {
      const deleted = await change(accountId, act, async (runner, version) => {
        const [row] = await runner.run(deleteWebhook, { accountId, id, version });
        return row && { before: sized(row), after: undefined };
      });
      await directory.refreshWebhook(id);
      return deleted !== undefined;
    },
  };
}
