/** 23 days. `setTimeout` keeps up to 2 ** 31 - 1, and takes a longer delay for none at all. */
const MAX_DELAY_MS = 2e9;

/**
 * Runs `work` until it ends, until `ms` have passed, or until the caller's signal aborts,
 * whichever is first, and leaves no timer and no listener behind. Without `work`, it waits.
 *
 * A controller by hand rather than `AbortSignal.any` and `AbortSignal.timeout`: a timer of theirs
 * cannot be cleared, and what follows a long-lived signal is only let go when it is collected.
 * The signal is raced besides being handed to `work`, because a `fetch` of the user's own may not
 * look at it.
 *
 * @param onTime - Gives the outcome when the time is up; to fail, it returns a rejected promise.
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
      // Settled before it is aborted, so that what breaks by the abort is not taken for the cause.
      resolve(outcome);
      controller.abort();
    };
    const onAbort = () => stop(Promise.reject(signal?.reason));
    const timer = setTimeout(() => stop(onTime()), Math.min(ms, MAX_DELAY_MS));
    signal?.addEventListener('abort', onAbort);
    void work?.(controller.signal).finally(release).then(resolve, reject);
  });
