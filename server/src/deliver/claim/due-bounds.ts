import { MINUTE_MS, SECOND_MS } from '../../model/time-units.ts';

/** What is committed later than this after it became due is found by a sweep. */
const LATE_MS = MINUTE_MS;

/** The clocks of node and database, and rounding, differ by less. */
const SLACK_MS = SECOND_MS;

/**
 * The times before which webhooks have nothing due, as far as this node knows. While a transaction of somebody
 * else stays open, PostgreSQL keeps the entries of all that was delivered since in `invocation_due`, and a
 * claim that began with the first of them would pass over each. Almost all becomes due now or later, so each
 * claim begins with what was due first when the one before it ended. A schedule that goes on after a manual attempt
 * may have been due before: this node begins with the first then, and others when a sweep has found it.
 */
export class DueBounds {
  readonly #fromMs = new Map<string, number>();

  /** Where a claim begins at a time: nothing older is known to be due. Milliseconds since 1970. */
  fromMs(webhookId: string, nowMs: number): number {
    return Math.min(this.#fromMs.get(webhookId) ?? 0, Math.max(0, nowMs - LATE_MS));
  }

  /**
   * Who asked at `askedMs` for what is due from `fromMs` on was told that the first is due `inMs` later;
   * undefined: there is none. It teaches nothing if something older was found meanwhile.
   */
  learn(
    webhookId: string,
    asked: { readonly fromMs: number; readonly askedMs: number },
    inMs: number | undefined,
  ): void {
    const { askedMs, fromMs } = asked;
    if (fromMs > 0 && !this.#fromMs.has(webhookId)) return;
    const dueMs = inMs === undefined ? Number.POSITIVE_INFINITY : askedMs + inMs - SLACK_MS;
    this.#fromMs.set(webhookId, Math.max(0, Math.min(dueMs, askedMs - LATE_MS)));
  }

  /** Something is due at a time, in milliseconds since 1970: if it is older, the next claim begins with the first. */
  found(webhookId: string, dueMs: number): void {
    if (dueMs < (this.#fromMs.get(webhookId) ?? 0)) this.forget(webhookId);
  }

  /** The next claim begins with the first. */
  forget(webhookId: string): void {
    this.#fromMs.delete(webhookId);
  }
}
