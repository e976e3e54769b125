import type { Account, Token } from '../model/account.ts';
import type { Webhook } from '../model/webhook.ts';

/**
 * Accounts, tokens and webhooks, in the memory of every node: a publish or a delivery asks the
 * database for none of them.
 */
export interface Directory {
  account(id: number): Account | undefined;
  /** `hash` is the SHA-256 of the token's secret. */
  tokenByHash(hash: Buffer): Token | undefined;
  /** Counts up whenever a token or an account changes: what was derived from them before is stale. */
  readonly tokensVersion: number;
  webhook(id: string): Webhook | undefined;
  /** Newest first. */
  webhooksOf(accountId: number): readonly Webhook[];
  /** The webhooks of an account, active or not, whose subscriptions match an event type. */
  subscribers(accountId: number, eventType: string): readonly Webhook[];
}
