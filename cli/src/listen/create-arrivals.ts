/** What arrived, one after the other. */
export interface Arrivals<T> extends AsyncIterable<T> {
  add(one: T): void;
}

/** More than a slow terminal shows: the oldest go, so that a receiver under load keeps its memory. */
const MOST_WAITING = 10_000;

/** Creates a queue that ends when the signal aborts. */
export function createArrivals<T>(signal: AbortSignal): Arrivals<T> {
  const waiting: T[] = [];
  let wake = (): void => undefined;
  // Once: a listener for each arrival would stay as long as the receiver.
  signal.addEventListener('abort', () => wake(), { once: true });
  return {
    add(one) {
      waiting.push(one);
      if (waiting.length > MOST_WAITING) waiting.shift();
      wake();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) yield one;
        if (signal.aborted) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
