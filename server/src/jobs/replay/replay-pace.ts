/** A webhook that could not be sent to does not get more than this at once afterwards. */
const BURST_MS = 1_000;

/**
 * How much a replay may send to each webhook now. What a turn could not use is used in the next ones, so
 * the rate is met exactly over time, and no second has more than twice of it. It begins with one request:
 * a job that changes its node sends nothing twice as fast.
 */
export class ReplayPace {
  readonly #now: () => number;
  readonly #due = new Map<string, { atMs: number; allowance: number }>();

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** How many requests may be sent to a webhook now, at a rate of so many a second. */
  allowance(webhookId: string, rate: number): number {
    const nowMs = this.#now();
    const due = this.#due.get(webhookId) ?? { atMs: nowMs, allowance: 1 };
    const burst = Math.max(1, (rate * BURST_MS) / 1_000);
    const earned = ((nowMs - due.atMs) * rate) / 1_000;
    // The part of a request that is left is no burst: cut off, a slow rate would never be met.
    due.allowance = Math.min(burst + (due.allowance % 1), due.allowance + earned);
    due.atMs = nowMs;
    this.#due.set(webhookId, due);
    return Math.floor(due.allowance);
  }

  /** Takes what was sent. */
  take(webhookId: string, count: number): void {
    const due = this.#due.get(webhookId);
    if (due !== undefined) due.allowance -= count;
  }
}
