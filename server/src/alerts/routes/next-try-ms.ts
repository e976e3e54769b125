import { HOUR_MS, SECOND_MS } from '../../model/time-units.ts';

/** The first wait; each is twice the one before. */
const FIRST_MS = 30 * SECOND_MS;

/** No wait is longer. */
const MOST_MS = HOUR_MS;

/** Tries of a notice: with the waits between them they take 24 hours. */
export const MOST_TRIES = 31;

/** How long after a try that failed the next one is made; undefined after the last. `tries` counts from 1. */
export function nextTryMs(tries: number): number | undefined {
  if (tries >= MOST_TRIES) return undefined;
  return Math.min(FIRST_MS * 2 ** (tries - 1), MOST_MS);
}
