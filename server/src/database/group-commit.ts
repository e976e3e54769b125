import { Unavailable } from '../model/unavailable.ts';

interface Options<Item, Result> {
  /**
   * Writes items in one transaction; resolves after the commit with one result per item, in order.
   */
  readonly write: (items: readonly Item[]) => Promise<readonly Result[]>;
  readonly sizeOf: (item: Item) => number;
  /** The largest group, in items. */
  readonly maxItems: number;
  /** The largest group, in bytes; a larger item forms its own group. */
  readonly maxBytes: number;
  /** How many groups are written concurrently. */
  readonly writers: number;
  /**
   * A further writer starts only for at least this many items: small groups cost as much as large
   * ones.
   */
  readonly eagerItems: number;
}

/** Receives the results of items; items added together share one and differ by `place`. */
interface Waiter<Result> {
  readonly resolve: (result: Result, place: number) => void;
  readonly reject: (error: unknown, place: number) => void;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly bytes: number;
  readonly waiter: Waiter<Result>;
  readonly place: number;
}

/**
 * Collects the items that arrive while the last group is written, and writes them as one group: one
 * commit for hundreds of items under load, and no added wait without load.
 *
 * An item that PostgreSQL refuses fails its group but not its neighbours: the group is written
 * again in halves until that item is found. `Unavailable` rejects the whole group, because it is
 * unknown what was committed, and all waiting items too: an unresponsive database takes a long time
 * to fail each group, so the last would learn after minutes what is known now.
 */
export class GroupCommit<Item, Result> {
  readonly #options: Options<Item, Result>;
  #waiting: Waiting<Item, Result>[] = [];
  #bytes = 0;
  #writing = 0;
  #scheduled = false;
  #idle: (() => void)[] = [];

  constructor(options: Options<Item, Result>) {
    this.#options = options;
  }

  /** How many items wait for a writer. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** How many bytes wait for a writer or are being written. */
  get bytes(): number {
    return this.#bytes;
  }

  add(item: Item): Promise<Result> {
    return new Promise<Result>((resolve, reject) => this.#push(item, { resolve, reject }, 0));
  }

  /**
   * Adds items that wait for each other anyway. Resolves when the last is settled, with a result or
   * an error for each, in order. One promise per item cost a batch 4 µs per event.
   */
  addAll(items: readonly Item[]): Promise<(Result | Error)[]> {
    if (items.length === 0) return Promise.resolve([]);
    return new Promise((resolve) => {
      const settled: (Result | Error)[] = Array(items.length);
      let left = items.length;
      const settle = (result: Result | Error, place: number): void => {
        settled[place] = result;
        if (--left === 0) resolve(settled);
      };
      const waiter = {
        resolve: settle,
        reject: (error: unknown, place: number) => settle(asError(error), place),
      };
      items.forEach((item, place) => {
        this.#push(item, waiter, place);
      });
    });
  }

  #push(item: Item, waiter: Waiter<Result>, place: number): void {
    const bytes = this.#options.sizeOf(item);
    this.#bytes += bytes;
    this.#waiting.push({ item, bytes, waiter, place });
    this.#schedule();
  }

  /** Resolves when all added items are written. */
  async drained(): Promise<void> {
    while (this.#waiting.length > 0 || this.#writing > 0) {
      await new Promise<void>((resolve) => this.#idle.push(resolve));
    }
  }

  /** Waits for the end of the event-loop turn, so items read from many sockets form one group. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#start();
    });
  }

  #start(): void {
    const { writers, eagerItems } = this.#options;
    while (
      this.#waiting.length > 0 &&
      this.#writing < writers &&
      (this.#writing === 0 || this.#waiting.length >= eagerItems)
    ) {
      this.#writing++;
      void this.#write(this.#take()).finally(() => {
        this.#writing--;
        this.#start();
        if (this.#writing === 0 && this.#waiting.length === 0) {
          for (const resolve of this.#idle.splice(0)) resolve();
        }
      });
    }
  }

  #take(): Waiting<Item, Result>[] {
    const { maxItems, maxBytes } = this.#options;
    let bytesOfGroup = 0;
    let count = 0;
    for (const { bytes } of this.#waiting) {
      bytesOfGroup += bytes;
      if (count > 0 && (count === maxItems || bytesOfGroup > maxBytes)) break;
      count++;
    }
    if (count === this.#waiting.length) {
      const all = this.#waiting;
      this.#waiting = [];
      return all;
    }
    return this.#waiting.splice(0, count);
  }

  async #write(group: readonly Waiting<Item, Result>[]): Promise<void> {
    let results: readonly Result[];
    try {
      results = await this.#options.write(group.map(({ item }) => item));
    } catch (error) {
      if (error instanceof Unavailable) {
        this.#reject([...group, ...this.#waiting.splice(0)], error);
        return;
      }
      if (group.length === 1) {
        this.#reject(group, error);
        return;
      }
      const middle = group.length >> 1;
      await this.#write(group.slice(0, middle));
      await this.#write(group.slice(middle));
      return;
    }
    group.forEach(({ bytes, waiter, place }, index) => {
      this.#bytes -= bytes;
      waiter.resolve(results[index] as Result, place);
    });
  }

  #reject(group: readonly Waiting<Item, Result>[], error: unknown): void {
    for (const { bytes, waiter, place } of group) {
      this.#bytes -= bytes;
      waiter.reject(error, place);
    }
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
