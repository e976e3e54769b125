import type { GapReason } from '../../model/source.ts';
import { DAY_MS, MINUTE_MS } from '../../model/time-units.ts';
import type { Advanced } from './advance-walk.ts';
import { knownUntil, OVERLAP_MS } from './known-until.ts';
import type { LogState } from './log-state.ts';
import type { Walk } from './walk.ts';

/** The service forgets a row after this time. */
export const LOG_MS = 7 * DAY_MS;

/** A row that is expected in a log must be this much younger than what the service forgets. */
const MARGIN_MS = 5 * MINUTE_MS;

/** A span of a log of which it is unknown what finished in it. */
export interface Gap {
  readonly fromMs: number;
  readonly toMs: number;
  readonly reason: GapReason;
}

/** What a poll that has ended found out. */
export interface Conclusion {
  readonly state: LogState;
  readonly gap: Gap | undefined;
  /** A walk that has to confirm what this one suspects, before anything is concluded of it. */
  readonly again: Walk | null;
}

/**
 * Undefined while a poll has to go on: it ends at a page of known rows that reaches back to the watermark
 * less the overlap, or at the end of the log. One wrong answer of the service is no erased log: a second walk
 * has to find the same.
 */
export function concludePoll(
  { allKnown, atEnd, walk }: Advanced,
  state: LogState,
): Conclusion | undefined {
  const { newestMs, sinceMs, watermarkMs } = state;
  const covered =
    allKnown &&
    watermarkMs !== null &&
    walk.oldestMs !== null &&
    walk.oldestMs <= watermarkMs - OVERLAP_MS;
  if (!atEnd && !covered) return undefined;
  const gap = gapOf({ atEnd, walk }, state);
  if (gap?.reason === 'log erased' && !walk.suspected) {
    return {
      state: { newestMs, sinceMs, watermarkMs },
      gap: undefined,
      again: confirming(walk),
    };
  }
  const kept = gap === undefined ? newestMs : null;
  return {
    state: {
      // A clock that was set back does not undo what was read.
      watermarkMs: Math.max(walk.startedMs, watermarkMs ?? walk.startedMs),
      sinceMs: sinceMs ?? walk.readMs - LOG_MS,
      newestMs: larger(walk.newestMs, kept),
    },
    gap,
    again: null,
  };
}

/** Rows that the first walk stored are none of those that were known before it. */
function confirming(walk: Walk): Walk {
  const { expectedMs, oldestMs } = walk;
  const isNewer = expectedMs === null || oldestMs === null || oldestMs > expectedMs;
  return {
    ...walk,
    after: null,
    suspected: true,
    expectedMs: isNewer ? expectedMs : oldestMs - 1,
  };
}

function gapOf(
  { atEnd, walk }: Pick<Advanced, 'atEnd' | 'walk'>,
  state: LogState,
): Gap | undefined {
  const { watermarkMs } = state;
  if (watermarkMs === null) return undefined;
  // Of the moment of its last page: rows vanished while it walked.
  const horizonMs = walk.readMs - LOG_MS;
  const fromMs = knownUntil(state, watermarkMs);
  if (watermarkMs < horizonMs) return { fromMs, toMs: horizonMs, reason: 'outage' };
  const { expectedMs } = walk;
  // What may be forgotten by any clock is not missed.
  const shownMs = Math.max(horizonMs, (walk.latestMs ?? walk.readMs) - LOG_MS) + MARGIN_MS;
  const isErased = atEnd && !walk.metKnown && expectedMs !== null && expectedMs > shownMs;
  if (!isErased) return undefined;
  const toMs = Math.max(watermarkMs, walk.oldestMs ?? walk.startedMs);
  return { fromMs, toMs, reason: 'log erased' };
}

function larger(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.max(one, other);
}
