import { setTimeout as sleep } from 'node:timers/promises';
import type { Trail } from '../stage/open-trail.ts';

/**
 * A lease expires after 30 s, and an open breaker lets a probe through after a minute at most; the
 * rest is for the backlog, on a busy machine.
 */
const LONGEST_MS = 4 * 60_000;
const STEP_MS = 1_000;

/** Waits until no work is left; gives up after four minutes, and the checks report what is left. */
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
