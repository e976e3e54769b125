import { setTimeout as sleep } from 'node:timers/promises';
import type { Trail } from '../stage/open-trail.ts';

/**
 * Leases run out after 30 s, and a webhook whose breaker is open is tried again after a minute at
 * most; the rest is for what has gathered meanwhile, on a machine with other things to do.
 */
const LONGEST_MS = 4 * 60_000;
const STEP_MS = 1_000;

/** Waits until nothing has work left; gives up after four minutes, and the checks say what is left. */
export async function finish(trail: Trail): Promise<{ readonly tookMs: number }> {
  const startMs = Date.now();
  for (;;) {
    const { waiting, leased } = await trail.unfinished();
    const tookMs = Date.now() - startMs;
    if ((waiting === 0 && leased === 0) || tookMs > LONGEST_MS) return { tookMs };
    await trail.hurry();
    await sleep(STEP_MS);
  }
}
