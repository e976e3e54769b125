/** How long an account counts as active. */
const ACTIVE_MS = 1_000;

/**
 * Whether more than one account is active. Whoever is alone may use all of a node; beside others, an
 * account that does much yields to those that do little.
 */
export class Activity {
  /** The two accounts that were active last, and when. */
  #latest = { accountId: Number.NaN, atMs: Number.NEGATIVE_INFINITY };
  #other = this.#latest;

  /** An account does something now. */
  note(accountId: number): void {
    const atMs = performance.now();
    if (this.#latest.accountId !== accountId) this.#other = this.#latest;
    this.#latest = { accountId, atMs };
  }

  /** Whether two accounts were active within the last second. */
  get isShared(): boolean {
    return performance.now() - this.#other.atMs < ACTIVE_MS;
  }
}
