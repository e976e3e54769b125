/** 23 days. `setTimeout` runs a delay above 2 ** 31 - 1 ms (24.8 days) immediately. */
const MAX_DELAY_MS = 2e9;

/**
 * Runs `work` until it ends, until `ms` have passed, or until the caller's signal aborts,
 * whichever is first, and leaves no timer and no listener behind. Without `work`, it waits.
 *
 * Not `AbortSignal.any` with `AbortSignal.timeout`: their timer cannot be cleared, and signals that
 * follow a long-lived one are released only by garbage collection. `within` also races the signal
 * instead of only passing it to `work`, because a user's own `fetch` may ignore it.
 *
 * @param onTime - Returns the outcome when the time is up; to fail, it returns a rejected promise.
 */
export const within = <T>(
  ms: number,
  signal: AbortSignal | undefined,
  onTime: () => T | Promise<T>,
  work?: (signal: AbortSignal) => Promise<T>,
): Promise<T> =>
  new Promise<T>((resolve, reject) => {
    signal?.throwIfAborted();
    const controller = new AbortController();
    const release = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    const stop = (outcome: T | Promise<T>) => {
      release();
      // Settle first, so that an error which the abort causes does not become the outcome.
      resolve(outcome);
      controller.abort();
    };
    const onAbort = () => stop(Promise.reject(signal?.reason));
    const timer = setTimeout(() => stop(onTime()), Math.min(ms, MAX_DELAY_MS));
    signal?.addEventListener('abort', onAbort);
    void work?.(controller.signal).finally(release).then(resolve, reject);
  });
