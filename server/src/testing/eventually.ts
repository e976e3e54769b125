import { setTimeout as sleep } from 'node:timers/promises';

/** How long a condition may take on a busy machine; nothing is waited for that long when it holds. */
const PATIENCE_MS = 20_000;

/** Asks again and again until `probe` gives something, and gives that. */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  { patienceMs = PATIENCE_MS } = {},
): Promise<T> {
  for (const endMs = Date.now() + patienceMs; ; await sleep(10)) {
    const result = await probe();
    if (result !== undefined && result !== false) return result;
    if (Date.now() > endMs) throw new Error(`waited for ${what}`);
  }
}
