import { timingSafeEqual } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Database } from '../database/database.ts';
import type { Account, Token } from '../model/account.ts';
import type { Webhook } from '../model/webhook.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import { readAccounts } from '../sql/read-accounts.ts';
import { readTokens } from '../sql/read-tokens.ts';
import { readWebhooks } from '../sql/read-webhooks.ts';
import type { Directory } from './directory.ts';
import { SubscriptionIndex } from './subscription-index.ts';
import { webhookFromRow } from './webhook-row.ts';

/** The directory, with methods that bring it up to date with the database. */
export interface DirectoryCache extends Directory {
  /** Reloads everything: at the start, and when notifications may have been missed. */
  reload(): Promise<void>;
  /** Reloads accounts and tokens. */
  refreshAccess(): Promise<void>;
  /** Reloads one webhook. Resolves when the directory shows what was committed before the call. */
  refreshWebhook(id: string): Promise<void>;
}

interface Parts {
  readonly database: Database;
  readonly secrets: SecretBox;
  /**
   * Called once the change of a webhook, or of its account, is visible; `webhook` is undefined when
   * it was deleted.
   */
  readonly onWebhook: (id: string, webhook: Webhook | undefined) => void;
}

interface CachedToken {
  /** SHA-256 of the secret. */
  readonly hash: Buffer;
  readonly token: Token;
}

/**
 * The key under which a token is looked up: the first 8 bytes of its hash. The whole hash is then
 * compared in constant time, so response times can reveal these 8 bytes at most, and they do not
 * help to forge a token.
 */
function lookupKey(hash: Buffer): string {
  return hash.toString('latin1', 0, 8);
}

/**
 * Reloads run one after another: if two reloads of a webhook overtook each other, the older version
 * would stay in memory.
 */
export function createDirectory({ database, secrets, onWebhook }: Parts): DirectoryCache {
  let accounts = new Map<number, Account>();
  let tokens = new Map<string, CachedToken[]>();
  let tokensVersion = 0;
  const webhooks = new Map<string, Webhook>();
  const byAccount = new Map<number, SubscriptionIndex>();
  let tail: Promise<unknown> = Promise.resolve();
  let stale = new Set<string>();

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = tail.then(work);
    tail = result.catch(() => undefined);
    return result;
  }

  function put(id: string, webhook: Webhook | undefined): void {
    const known = webhooks.get(id);
    const accountId = (webhook ?? known)?.accountId;
    if (accountId === undefined) return;
    let index = byAccount.get(accountId);
    if (index === undefined) {
      index = new SubscriptionIndex();
      byAccount.set(accountId, index);
    }
    if (webhook === undefined) {
      webhooks.delete(id);
      index.remove(id);
    } else {
      webhooks.set(id, webhook);
      index.put(webhook);
    }
    onWebhook(id, webhook);
  }

  async function loadAccess(): Promise<void> {
    const accountRows = await database.run(readAccounts, undefined);
    const tokenRows = await database.run(readTokens, undefined);
    const before = accounts;
    accounts = new Map();
    const changed: number[] = [];
    for (const { id, name, profile, suspended_at } of accountRows) {
      const known = before.get(id);
      const account = { id, name, profile, suspendedAt: suspended_at ?? undefined };
      // An unchanged account stays the same object, so what was derived from it stays valid.
      const same = isDeepStrictEqual(known, account);
      accounts.set(id, same ? (known as Account) : account);
      if (!same) changed.push(id);
    }
    const loaded = new Map<string, CachedToken[]>();
    for (const row of tokenRows) {
      const token = { id: row.id, accountId: row.account_id, name: row.name, role: row.role };
      const key = lookupKey(row.hash);
      loaded.set(key, [...(loaded.get(key) ?? []), { hash: row.hash, token }]);
    }
    tokens = loaded;
    tokensVersion++;
    for (const id of changed) {
      for (const webhook of byAccount.get(id)?.newestFirst() ?? []) onWebhook(webhook.id, webhook);
    }
  }

  async function loadWebhooks(ids: readonly string[] | undefined): Promise<void> {
    const rows = await database.run(readWebhooks, ids);
    const gone = new Set(ids ?? webhooks.keys());
    for (const row of rows) {
      gone.delete(row.id);
      put(row.id, webhookFromRow(row, secrets));
    }
    for (const id of gone) put(id, undefined);
  }

  return {
    account: (id) => accounts.get(id),
    tokenByHash: (hash) =>
      tokens.get(lookupKey(hash))?.find((cached) => timingSafeEqual(cached.hash, hash))?.token,
    get tokensVersion() {
      return tokensVersion;
    },
    webhook: (id) => webhooks.get(id),
    webhooksOf: (accountId) => byAccount.get(accountId)?.newestFirst() ?? [],
    subscribers: (accountId, eventType) => byAccount.get(accountId)?.matching(eventType) ?? [],

    reload: () =>
      inTurn(async () => {
        await loadAccess();
        await loadWebhooks(undefined);
      }),
    refreshAccess: () => inTurn(loadAccess),
    refreshWebhook(id) {
      stale.add(id);
      return inTurn(async () => {
        if (!stale.has(id)) return; // a reload that began after this call has read it
        const ids = [...stale];
        stale = new Set();
        try {
          await loadWebhooks(ids);
        } catch (error) {
          for (const missed of ids) stale.add(missed);
          throw error;
        }
      });
    },
  };
}
