import { setTimeout as sleep } from 'node:timers/promises';

/** Long enough for a busy machine; a condition that holds costs no waiting. */
const PATIENCE_MS = 60_000;
const POLL_MS = 10;

/**
 * Calls `probe` every 10 ms until it returns something other than undefined or false, and resolves
 * to that.
 *
 * @throws Error that names `what` when the patience runs out, 60 s by default.
 */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  { patienceMs = PATIENCE_MS } = {},
): Promise<T> {
  for (const endMs = Date.now() + patienceMs; ; await sleep(POLL_MS)) {
    const result = await probe();
    if (result !== undefined && result !== false) return result;
    if (Date.now() > endMs) throw new Error(`waited for ${what}`);
  }
}
