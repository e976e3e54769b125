/**
 * One webhook may take this share of what is free (like a share of `Places`): a few do not hold up
 * the others, and n that take all they can leave 8 / (n + 8).
 */
const SHARE = 1 / 8;

/**
 * The memory for bodies of requests in flight, and of answers that wait to be recorded. Their
 * numbers are limited elsewhere, but thousands of 1 MiB exceed the memory of a process.
 *
 * A request asks before it begins. An outcome does not ask, since the receiver saw the request and
 * it must be recorded. What it takes is missing for requests, so while the database is unavailable
 * nothing new is sent once the budget is used up.
 */
export class ByteBudget {
  readonly #total: number;
  readonly #held = new Map<string, number>();
  #used = 0;

  constructor(totalBytes: number) {
    this.#total = totalBytes;
  }

  get used(): number {
    return this.#used;
  }

  /**
   * Takes room for a request of a webhook, if available. When nothing is held, a request of any
   * size gets room; otherwise it might wait forever.
   */
  tryTake(webhookId: string, bytes: number): boolean {
    if (this.#used > 0) {
      const held = this.#held.get(webhookId) ?? 0;
      const free = this.#total - this.#used;
      // The first of a webhook needs room, not a share: a share may be less than one body.
      if (bytes > free || (held > 0 && held + bytes > (free + held) * SHARE)) return false;
    }
    this.take(webhookId, bytes);
    return true;
  }

  /** Takes room even if none is available. */
  take(webhookId: string, bytes: number): void {
    this.#used += bytes;
    this.#held.set(webhookId, (this.#held.get(webhookId) ?? 0) + bytes);
  }

  giveBack(webhookId: string, bytes: number): void {
    this.#used -= bytes;
    const held = (this.#held.get(webhookId) ?? 0) - bytes;
    if (held > 0) this.#held.set(webhookId, held);
    else this.#held.delete(webhookId);
  }
}
