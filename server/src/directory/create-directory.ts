import { timingSafeEqual } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Database } from '../database/database.ts';
import type { Account, Token } from '../model/account.ts';
import { firstIdAt } from '../model/ids.ts';
import type { Inbox } from '../model/inbox.ts';
import type { Webhook } from '../model/webhook.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import { type AccountRow, readAccounts, readAccountsById } from '../sql/read-accounts.ts';
import { readDeletedWebhooks } from '../sql/read-deleted-webhooks.ts';
import { readAllInboxes } from '../sql/read-inboxes.ts';
import { readTokens } from '../sql/read-tokens.ts';
import {
  readAccountWebhookPage,
  readWebhookPage,
  readWebhooks,
  type WebhookPosition,
} from '../sql/read-webhooks.ts';
import { AccountWebhooks } from './account-webhooks.ts';
import { inboxFromRow } from './convert-inbox.ts';
import { webhookFromRow } from './convert-webhook.ts';
import { createSecretLookUp } from './create-secret-look-up.ts';
import type { Directory } from './directory.ts';
import { searchKeysOf } from './search-keys-of.ts';

/** The directory, with methods that bring it up to date with the database. */
export interface DirectoryCache extends Directory {
  /** Reloads everything: at the start, and when notifications may have been missed. */
  reload(): Promise<void>;
  /** Reloads accounts, tokens and inboxes. */
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

interface CachedInbox {
  /** SHA-256 of the token of its address. */
  readonly hash: Buffer;
  readonly inbox: Inbox;
  readonly isPrevious: boolean;
}

/** A page of webhooks: what a start takes in memory beyond what it keeps. */
const PAGE_ROWS = 500;
const PAGE_BYTES = 4 * 1024 * 1024;

const FIRST_ID = firstIdAt(0);

/** The version of webhooks that have not changed since versions exist. */
const FIRST_VERSION = 0;

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
 *
 * Each account has a version, which every change of it or of its webhooks increases in the change's
 * own transaction. The version that this directory shows is set after everything up to it was read,
 * so it may show more than the version says, never less.
 */
export function createDirectory({ database, secrets, onWebhook }: Parts): DirectoryCache {
  let accounts = new Map<number, Account>();
  let tokens = new Map<string, CachedToken[]>();
  let tokensById = new Map<string, Token>();
  let tokensVersion = 0;
  let inboxes = new Map<string, CachedInbox[]>();
  const webhooks = new Map<string, Webhook>();
  const byAccount = new Map<number, AccountWebhooks>();
  const versions = new Map<number, number>();
  let tail: Promise<unknown> = Promise.resolve();
  let loaded = false;

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = tail.then(work);
    tail = result.catch(() => undefined);
    return result;
  }

  /** Makes a reload of single items: calls that wait for their turn together share one. */
  function coalesced<Key>(load: (keys: readonly Key[]) => Promise<void>) {
    let stale = new Set<Key>();
    return (key: Key): Promise<void> => {
      stale.add(key);
      return inTurn(async () => {
        if (!stale.has(key)) return; // a reload that began after this call has read it
        const keys = [...stale];
        stale = new Set();
        try {
          await load(keys);
        } catch (error) {
          for (const missed of keys) stale.add(missed);
          throw error;
        }
      });
    };
  }

  function put(id: string, webhook: Webhook | undefined): void {
    const known = webhooks.get(id);
    const accountId = (webhook ?? known)?.accountId;
    // An unchanged webhook stays the same object, and its work on the agenda stays where it is.
    if (accountId === undefined || isDeepStrictEqual(known, webhook)) return;
    let index = byAccount.get(accountId);
    if (index === undefined) {
      index = new AccountWebhooks();
      byAccount.set(accountId, index);
    }
    if (webhook === undefined) {
      webhooks.delete(id);
      index.remove(id);
    } else {
      webhooks.set(id, webhook);
      index.put(webhook);
    }
    // The first sweep finds what is due: no webhook is looked at because the node started.
    if (loaded) onWebhook(id, webhook);
  }

  /** Takes over an account; a changed one concerns all its webhooks. */
  function putAccount(row: AccountRow): void {
    const { id, name, profile } = row;
    const known = accounts.get(id);
    const suspendedAt = row.suspended_at ?? undefined;
    const account = { id, name, profile, suspendedAt, keys: searchKeysOf(row) };
    // An unchanged account stays the same object, so what was derived from it stays valid.
    if (isDeepStrictEqual(known, account)) return;
    accounts.set(id, account);
    if (!loaded) return;
    for (const webhook of byAccount.get(id)?.all() ?? []) onWebhook(webhook.id, webhook);
  }

  async function loadAccess(): Promise<readonly AccountRow[]> {
    const accountRows = await database.run(readAccounts, undefined);
    const tokenRows = await database.run(readTokens, undefined);
    const present = new Set(accountRows.map(({ id }) => id));
    accounts = new Map([...accounts].filter(([id]) => present.has(id)));
    const loadedTokens = new Map<string, CachedToken[]>();
    const loadedById = new Map<string, Token>();
    for (const row of tokenRows) {
      const token = { id: row.id, accountId: row.account_id, name: row.name, role: row.role };
      loadedById.set(token.id, token);
      const key = lookupKey(row.hash);
      loadedTokens.set(key, [...(loadedTokens.get(key) ?? []), { hash: row.hash, token }]);
    }
    const loadedInboxes = new Map<string, CachedInbox[]>();
    for (const row of await database.run(readAllInboxes, undefined)) {
      const inbox = inboxFromRow(row, secrets);
      for (const hash of [row.token_hash, row.previous_hash]) {
        if (hash === null) continue;
        const key = lookupKey(hash);
        const cached = { hash, inbox, isPrevious: hash === row.previous_hash };
        loadedInboxes.set(key, [...(loadedInboxes.get(key) ?? []), cached]);
      }
    }
    inboxes = loadedInboxes;
    tokens = loadedTokens;
    tokensById = loadedById;
    tokensVersion++;
    for (const row of accountRows) putAccount(row);
    return accountRows;
  }

  /** Reads pages of webhooks from a position on, and takes each out of `gone`. */
  async function loadPages(
    page: typeof readWebhookPage,
    start: WebhookPosition,
    gone: Set<string>,
  ): Promise<void> {
    for (let from = start; ; ) {
      const rows = await database.run(page, { ...from, limit: PAGE_ROWS, maxBytes: PAGE_BYTES });
      const last = rows.at(-1);
      if (last === undefined) return;
      for (const row of rows) {
        gone.delete(row.id);
        put(row.id, webhookFromRow(row, secrets));
      }
      from = { accountId: last.account_id, version: last.version, id: last.id };
    }
  }

  async function loadAll(): Promise<void> {
    const accountRows = await loadAccess();
    const gone = new Set(webhooks.keys());
    const start = { accountId: 0, version: FIRST_VERSION, id: FIRST_ID };
    await loadPages(readWebhookPage, start, gone);
    for (const id of gone) put(id, undefined);
    for (const row of accountRows) versions.set(row.id, row.directory_version);
    loaded = true;
  }

  async function loadWebhooks(ids: readonly string[]): Promise<void> {
    const rows = await database.run(readWebhooks, ids);
    const found = new Map(rows.map((row) => [row.id, row]));
    const changed = new Set<number>();
    for (const id of ids) {
      const row = found.get(id);
      const accountId = row?.account_id ?? webhooks.get(id)?.accountId;
      if (accountId !== undefined) changed.add(accountId);
      put(id, row && webhookFromRow(row, secrets));
    }
    await loadAccounts([...changed]);
  }

  async function loadAccounts(ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return;
    const rows = await database.run(readAccountsById, ids);
    for (const row of rows) await catchUp(row);
  }

  /** Reads what changed in an account since the version that the directory shows. */
  async function catchUp(row: AccountRow): Promise<void> {
    const accountId = row.id;
    putAccount(row);
    const known = versions.get(accountId) ?? 0;
    if (row.directory_version === known) return;
    // Its deletions are no longer listed, or the database was restored to an earlier time.
    const anew = known < row.forgotten_version || row.directory_version < known;
    const gone = new Set<string>();
    if (anew) for (const { id } of byAccount.get(accountId)?.all() ?? []) gone.add(id);
    const start = { accountId, version: anew ? FIRST_VERSION : known + 1, id: FIRST_ID };
    await loadPages(readAccountWebhookPage, start, gone);
    if (!anew) {
      // Read last, so that a webhook deleted meanwhile is not put back.
      const deleted = await database.run(readDeletedWebhooks, { accountId, afterVersion: known });
      for (const { id } of deleted) gone.add(id);
    }
    for (const id of gone) put(id, undefined);
    versions.set(accountId, row.directory_version);
  }

  /** Calls that wait for their turn together share one. */
  let nextRefresh: Promise<void> | undefined;
  function refreshAccess(): Promise<void> {
    nextRefresh ??= inTurn(async () => {
      nextRefresh = undefined;
      for (const row of await loadAccess()) {
        if (row.directory_version !== (versions.get(row.id) ?? 0)) await catchUp(row);
      }
    });
    return nextRefresh;
  }

  const tokenByHash = (hash: Buffer) =>
    tokens.get(lookupKey(hash))?.find((cached) => timingSafeEqual(cached.hash, hash))?.token;
  const inboxByHash = (hash: Buffer) =>
    inboxes.get(lookupKey(hash))?.find((cached) => timingSafeEqual(cached.hash, hash));

  return {
    account: (id) => accounts.get(id),
    accounts: () => accounts.values(),
    tokenByHash,
    tokenById: (id) => tokensById.get(id),
    get tokensVersion() {
      return tokensVersion;
    },
    inboxByHash,
    learnSecret: createSecretLookUp({
      database,
      isKnown: (hash) => (tokenByHash(hash) ?? inboxByHash(hash)) !== undefined,
      refresh: refreshAccess,
    }),
    webhook: (id) => webhooks.get(id),
    webhooks: () => webhooks.values(),
    webhooksInOrder: async (accountId, order) => byAccount.get(accountId)?.inOrder(order) ?? [],
    subscribers: (accountId, eventType) => byAccount.get(accountId)?.matching(eventType) ?? [],
    version: (accountId) => versions.get(accountId) ?? 0,

    reload: () => inTurn(loadAll),
    refreshAccess,
    refreshAccount: coalesced(loadAccounts),
    refreshWebhook: coalesced(loadWebhooks),
  };
}
