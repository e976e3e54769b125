import type { LogPage, Walk } from './walk.ts';

/** A walk after a page, and how many of its rows were listed late. */
export interface Advanced {
  readonly walk: Walk;
  /** There is no older row. */
  readonly atEnd: boolean;
  /** Every row of the page is known, and there is one. */
  readonly allKnown: boolean;
  readonly late: number;
}

/** Goes one page on. `expectedMs` is the newest row that is known before a walk begins. */
export function advanceWalk(
  walk: Walk | null,
  { after, latestMs, remoteMs, rows }: LogPage,
  expectedMs: number | null,
): Advanced {
  const hasBegun = walk !== null && walk.after !== null;
  const before: Walk = hasBegun
    ? walk
    : {
        after: null,
        startedMs: remoteMs,
        readMs: remoteMs,
        newestMs: null,
        oldestMs: null,
        expectedMs: walk?.expectedMs ?? expectedMs,
        metKnown: false,
        knownPages: 0,
        newRows: 0,
        suspected: walk?.suspected ?? false,
      };
  const expected = before.expectedMs;
  let { newestMs, oldestMs, metKnown } = before;
  let fresh = 0;
  let late = 0;
  for (const { completedMs, known, knownSinceMs = completedMs } of rows) {
    newestMs = Math.max(newestMs ?? completedMs, completedMs);
    oldestMs = Math.min(oldestMs ?? completedMs, completedMs);
    // Not one that this walk stored before it was interrupted. A Hooktrail lists an invocation by its latest attempt:
    // a row that moved shows as well as one that stayed that the log was not erased.
    const isKnown = known || knownSinceMs < completedMs;
    if (isKnown && expected !== null && knownSinceMs <= expected) metKnown = true;
    if (!known) {
      fresh++;
      if (expected !== null && completedMs < expected) late++;
    }
  }
  const allKnown = rows.length > 0 && fresh === 0;
  return {
    walk: {
      ...before,
      after: after ?? null,
      readMs: Math.max(before.readMs, remoteMs),
      latestMs: Math.max(before.latestMs ?? latestMs, latestMs),
      newestMs,
      oldestMs,
      metKnown,
      knownPages: before.knownPages + (allKnown ? 1 : 0),
      newRows: before.newRows + fresh,
    },
    atEnd: after === undefined,
    allKnown,
    late,
  };
}
