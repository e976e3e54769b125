import type { Account, Token } from '../model/account.ts';
import type { Webhook } from '../model/webhook.ts';

/**
 * Accounts, tokens and webhooks, held in the memory of every node so that neither publishing nor
 * delivering asks the database for them.
 */
export interface Directory {
  account(id: number): Account | undefined;
  /** `hash` is the SHA-256 of the token's secret. */
  tokenByHash(hash: Buffer): Token | undefined;
  /**
   * Increases whenever a token or an account changes, which invalidates what was derived from them.
   */
  readonly tokensVersion: number;
  webhook(id: string): Webhook | undefined;
  /** Newest first. */
  webhooksOf(accountId: number): readonly Webhook[];
  /** The webhooks of an account, active or not, that subscribe to an event type. */
  subscribers(accountId: number, eventType: string): readonly Webhook[];
}
