/**
 * Whether an invocation may kill the nodes that send it, such as by an answer that makes a process run
 * out of memory, and what follows from that. Its evidence is in its row:
 *
 * - `suspect_count`: leases that ended since the last recorded outcome. A node that dies loses the leases of everything
 *   it held, thousands of invocations that merely waited in memory, so this alone proves nothing. From
 *   `LOST_TO_SUSPECT` on the invocation is a `suspect`: before its request is sent, its node records
 *   that in `begun`, and sends at most `MAX_SUSPECTS` such requests at a time.
 * - `blamed_count`: nodes that died after that record and before an outcome. From the first on it is
 *   `blamed`: it waits (`BLAME_WAITS_S`), and is then sent while its node sends no other suspect.
 *
 * Any recorded outcome clears both. Only `BLAMES_TO_GIVE_UP` deaths in a row, spread over more
 * than seven hours and all but the first of them alone, end the invocation. Deaths with another cause,
 * however frequent, do not follow one invocation like that.
 */
export type Suspicion = 'none' | 'suspect' | 'blamed';

/** Lost leases from which an invocation is a suspect. */
export const LOST_TO_SUSPECT = 3;

/** Suspects in flight on one node: its death can be blamed on no more. */
export const MAX_SUSPECTS = 4;

/** How long an invocation waits after its first, second ... blame, in seconds. */
export const BLAME_WAITS_S: readonly number[] = [60, 600, 3_600, 21_600];

/** The blame with which an invocation is given up. */
export const BLAMES_TO_GIVE_UP = BLAME_WAITS_S.length + 1;

/** The suspicion that follows from the evidence in a row. */
export function suspicionOf(suspectCount: number, blamedCount: number): Suspicion {
  if (blamedCount > 0) return 'blamed';
  return suspectCount >= LOST_TO_SUSPECT ? 'suspect' : 'none';
}
