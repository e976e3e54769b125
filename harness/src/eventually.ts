import { setTimeout as sleep } from 'node:timers/promises';

/** Long enough for a busy machine; a condition that holds costs no waiting. */
const PATIENCE_MS = 60_000;
/**
 * A probe is often a statement on a connection of its own, which takes 10 ms of a processor: asked each 10 ms, whoever
 * waits keeps one busy. So the pauses grow with the wait.
 */
const SHORTEST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 100;
const PAUSE_SHARE = 0.1;

/**
 * Calls `probe` until it returns something other than undefined or false, and resolves to that. Between two calls
 * it pauses for a tenth of what the wait took so far, for 10 ms at least and 100 ms at most.
 *
 * @throws Error that names `what` when the patience runs out, 60 s by default.
 */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  { patienceMs = PATIENCE_MS } = {},
): Promise<T> {
  const startMs = performance.now();
  for (;;) {
    const result = await probe();
    if (result !== undefined && result !== false) return result;
    const waitedMs = performance.now() - startMs;
    if (waitedMs > patienceMs) throw new Error(`waited for ${what}`);
    const pauseMs = Math.max(SHORTEST_PAUSE_MS, PAUSE_SHARE * waitedMs);
    await sleep(Math.min(LONGEST_PAUSE_MS, pauseMs));
  }
}
