import { shareLeft } from './share-left.ts';

/** Counts what accounts hold of something that this node has a limited amount of. */
export class Shares {
  readonly #total: number;
  readonly #held = new Map<number, number>();
  #used = 0;

  constructor(total: number) {
    this.#total = total;
  }

  /** What all accounts hold. */
  get used(): number {
    return this.#used;
  }

  /** What nobody holds; negative if more was taken than there is. */
  get free(): number {
    return this.#total - this.#used;
  }

  /** What there is. */
  get total(): number {
    return this.#total;
  }

  /** What the account holds that holds most. */
  get largest(): number {
    let largest = 0;
    for (const held of this.#held.values()) largest = Math.max(largest, held);
    return largest;
  }

  held(accountId: number): number {
    return this.#held.get(accountId) ?? 0;
  }

  /** How much more an account may take; see `shareLeft`. */
  left(accountId: number): number {
    return shareLeft({ total: this.#total, used: this.#used, held: this.held(accountId) });
  }

  /** Takes an amount, whether or not it is left. */
  take(accountId: number, amount: number): void {
    this.#used += amount;
    this.#held.set(accountId, this.held(accountId) + amount);
  }

  /** Takes an amount if it is left, or if the account holds nothing and the amount is free. */
  tryTake(accountId: number, amount: number): boolean {
    const fits = this.held(accountId) === 0 ? amount <= this.free : amount <= this.left(accountId);
    if (fits) this.take(accountId, amount);
    return fits;
  }

  giveBack(accountId: number, amount: number): void {
    this.#used -= amount;
    const held = this.held(accountId) - amount;
    if (held > 0) this.#held.set(accountId, held);
    else this.#held.delete(accountId);
  }
}
