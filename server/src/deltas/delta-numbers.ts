/**
 * The numbers of one writer. A number is in flight from its taking until it is known whether its
 * statement was committed.
 *
 * Numbers stay dense: one that was rolled back is taken again while no later one may have been written.
 * So there are never more missing in a row than statements in flight at one time, and a reader finds what
 * is next in a short range.
 */
export class DeltaNumbers {
  #next = 1;
  /** Ascending, because a set keeps the order of insertion. */
  readonly #inFlight = new Set<number>();
  /** Rolled back, below a number in flight. */
  readonly #free = new Set<number>();

  /** The number for a statement that is sent now, and the lowest in flight. */
  take(): { readonly number: number; readonly low: number } {
    const number = this.#next++;
    this.#inFlight.add(number);
    const [low = number] = this.#inFlight;
    return { number, low };
  }

  written(number: number): void {
    this.#inFlight.delete(number);
    for (const free of this.#free) if (free < number) this.#free.delete(free);
  }

  rolledBack(number: number): void {
    this.#inFlight.delete(number);
    this.#free.add(number);
    while (this.#free.delete(this.#next - 1)) this.#next--;
  }
}
