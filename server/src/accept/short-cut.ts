import type { Leased } from '../model/leased.ts';
/**
 * The way past the database's reading side (design, "Short cut"): what this node accepts it writes
 * as leased to itself and delivers from memory. Accepting knows delivering by this alone.
 */
export interface ShortCut {
  /** Takes a place for one invocation of a webhook, if there is room. */
  reserve(webhookId: string): boolean;
  /** Gives places back, when the write failed. */
  cancel(webhookIds: readonly string[]): void;
  /** Fills places that were taken, after the commit. */
  deliver(work: readonly Leased[]): void;
  /** Tells that invocations of these webhooks were written as merely due. */
  due(webhookIds: ReadonlySet<string>): void;
}
