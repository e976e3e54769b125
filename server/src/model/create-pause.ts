import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long work may keep the event loop from everything else: a delivery passes it some five times. */
const TURN_MS = 2;

/**
 * Makes a function that long work awaits after each step. It lets the event loop run when the work
 * has taken its time, and costs no turn before that.
 */
export function createPause(): () => Promise<void> | undefined {
  let startedAtMs = performance.now();
  return () => {
    if (performance.now() - startedAtMs < TURN_MS) return undefined;
    return nextTurn().then(() => {
      startedAtMs = performance.now();
    });
  };
}
