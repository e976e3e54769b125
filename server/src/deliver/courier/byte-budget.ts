/**
 * One holder may have this part of what is free (as of the courier's places): a few hold nobody up,
 * and n that take all they can leave 8 / (n + 8) to others.
 */
const SHARE = 1 / 8;

/**
 * The memory for bodies: of requests under way, and of answers that wait to be recorded. Their numbers
 * are limited elsewhere, but thousands of 1 MiB are more than a process has.
 *
 * A request asks before it begins. An outcome does not ask, since the receiver saw the request and it
 * must get onto the record: what it takes is missing to requests, so while the database is away
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
   * Takes room for a request of a webhook, if there is some. Whatever its size it gets it when nobody
   * holds anything, or else it would wait for ever.
   */
  tryTake(webhookId: string, bytes: number): boolean {
    if (this.#used > 0) {
      const held = this.#held.get(webhookId) ?? 0;
      const free = this.#total - this.#used;
      // The first of a webhook needs room, not a share: its share may be less than one body.
      if (bytes > free || (held > 0 && held + bytes > (free + held) * SHARE)) return false;
    }
    this.take(webhookId, bytes);
    return true;
  }

  /** Takes room whether there is some or not. */
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
