import type { Account, Token } from '../model/account.ts';
import type { Inbox } from '../model/inbox.ts';
import type { Webhook } from '../model/webhook.ts';
import type { OrderedWebhook, WebhookOrder } from './webhook-order.ts';

/**
 * Accounts, tokens, inboxes and webhooks, held in the memory of every node so that neither publishing nor
 * delivering asks the database for them.
 */
export interface Directory {
  account(id: number): Account | undefined;
  /** All accounts, in no order. */
  accounts(): Iterable<Account>;
  /** `hash` is the SHA-256 of the token's secret. */
  tokenByHash(hash: Buffer): Token | undefined;
  tokenById(id: string): Token | undefined;
  /**
   * Increases whenever a token or an account changes, which invalidates what was derived from them.
   */
  readonly tokensVersion: number;
  /**
   * The inbox whose address has a token; `hash` is the SHA-256 of that. `isPrevious`: the address is the one
   * before the last rotation, which `inbox.previousUntil` ends.
   */
  inboxByHash(hash: Buffer): { readonly inbox: Inbox; readonly isPrevious: boolean } | undefined;
  /**
   * Looks in the database for a token or an inbox whose hash is unknown here: it may have been made on another
   * node just now. Resolves to whether there is one, which the directory then shows. Rejects with `Unavailable`.
   */
  learnSecret(hash: Buffer): Promise<boolean>;
  webhook(id: string): Webhook | undefined;
  /** The webhooks of all accounts, in no order. */
  webhooks(): Iterable<Webhook>;
  /**
   * All webhooks of an account in ascending order. The array changes with the directory, when it is
   * asked for again.
   */
  webhooksInOrder(accountId: number, order: WebhookOrder): Promise<readonly OrderedWebhook[]>;
  /** The webhooks of an account, active or not, that subscribe to an event type. */
  subscribers(accountId: number, eventType: string): readonly Webhook[];
  /**
   * The version of an account's directory that this one shows. The accepting statement compares it
   * with the newest (docs/decisions/directory-versions.md).
   */
  version(accountId: number): number;
  /**
   * Brings one account and its webhooks up to date. Resolves when the directory shows what was
   * committed before the call.
   */
  refreshAccount(accountId: number): Promise<void>;
}
