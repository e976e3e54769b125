import { type ShareUse, useOf } from '../../shares/share-use.ts';
import { Shares } from '../../shares/shares.ts';

/**
 * One webhook may take this share of what is free (like a share of `Places`): a few do not hold up
 * the others, and n that take all they can leave 8 / (n + 8).
 */
const SHARE = 1 / 8;

/** Who takes room. */
interface Holder {
  readonly accountId: number;
  readonly webhookId: string;
}

/**
 * The memory for bodies of requests in flight, and of answers that wait to be recorded. Their
 * numbers are limited elsewhere, but thousands of 1 MiB exceed the memory of a process.
 *
 * A request asks before it begins. An outcome does not ask, since the receiver saw the request and
 * it must be recorded. What it takes is missing for requests, so while the database is unavailable
 * nothing new is sent once the budget is used up.
 */
export class ByteBudget {
  readonly #shares: Shares;
  readonly #held = new Map<string, number>();

  constructor(totalBytes: number) {
    this.#shares = new Shares(totalBytes);
  }

  get used(): number {
    return this.#shares.used;
  }

  get use(): ShareUse {
    return useOf(this.#shares);
  }

  /**
   * Takes room for a request of a webhook, if available. When nothing is held, a request of any
   * size gets room; otherwise it might wait forever.
   */
  tryTake(holder: Holder, bytes: number): boolean {
    const shares = this.#shares;
    if (shares.used > 0) {
      const held = this.#held.get(holder.webhookId) ?? 0;
      const { free } = shares;
      // The first of a webhook needs room, not a share: a share may be less than one body.
      if (bytes > free || (held > 0 && held + bytes > (free + held) * SHARE)) return false;
      const { accountId } = holder;
      if (shares.held(accountId) > 0 && bytes > shares.left(accountId)) return false;
    }
    this.take(holder, bytes);
    return true;
  }

  /** Takes room even if none is available. */
  take({ accountId, webhookId }: Holder, bytes: number): void {
    this.#shares.take(accountId, bytes);
    this.#held.set(webhookId, (this.#held.get(webhookId) ?? 0) + bytes);
  }

  giveBack({ accountId, webhookId }: Holder, bytes: number): void {
    this.#shares.giveBack(accountId, bytes);
    const held = (this.#held.get(webhookId) ?? 0) - bytes;
    if (held > 0) this.#held.set(webhookId, held);
    else this.#held.delete(webhookId);
  }
}
