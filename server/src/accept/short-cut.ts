import type { Leased } from '../model/leased.ts';

/**
 * Lets a node deliver what it just accepted without reading it back from the database: it writes
 * the invocations as leased to itself and delivers them from memory. This is all that accepting
 * knows of delivering (docs/architecture.md, "Glossary").
 */
export interface ShortCut {
  /** Reserves a place for one invocation of a webhook. Returns false when there is no room. */
  reserve(webhookId: string): boolean;
  /** Gives reserved places back after a failed write. */
  cancel(webhookIds: readonly string[]): void;
  /** Delivers the invocations with reserved places, after the commit. */
  deliver(work: readonly Leased[]): void;
  /** Reports webhooks with invocations that were written as due, without a lease. */
  due(webhookIds: ReadonlySet<string>): void;
}
