import { partitionSpan } from '../keep/partition-span.ts';

const SPAN = partitionSpan('month');

/**
 * Makes the months of the archive before rows are written to them. The keeper makes those of the present; ids
 * of a remote service may be older.
 */
export class MonthMaker {
  readonly #make: (timeMs: number) => Promise<unknown>;
  /** By their beginnings: a year and a month of them at most, see `usableId`. */
  readonly #made = new Set<number>();
  #making: Promise<unknown> = Promise.resolve();

  /** @param make makes the month of a time and the one before. */
  constructor(make: (timeMs: number) => Promise<unknown>) {
    this.#make = make;
  }

  async make(timesMs: readonly number[]): Promise<void> {
    const months = new Set(timesMs.map((timeMs) => SPAN.startOf(timeMs)));
    for (const month of [...months].sort((one, other) => other - one)) {
      if (this.#made.has(month)) continue;
      // One at a time: each run waits for the lock of partitions.
      const making = this.#making.catch(() => undefined).then(() => this.#make(month));
      this.#making = making;
      await making;
      this.#made.add(month);
    }
  }
}
