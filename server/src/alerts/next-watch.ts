import type { AlertRule, AlertTransition } from '../model/alert.ts';
import { SECOND_MS } from '../model/time-units.ts';

/** Where the episode of one subject is. */
export interface Watch {
  readonly badSinceMs: number;
  /** Since when it is good again; undefined while it is bad. */
  readonly goodSinceMs: number | undefined;
  /** Whether its alert is open. */
  readonly isOpen: boolean;
}

/** What an evaluation found of a subject. */
export interface Seen {
  readonly isBad: boolean;
  /** Since when it is bad, if the facts say. */
  readonly sinceMs: number | undefined;
}

/** The episode after an evaluation; undefined: there is none. */
export interface NextWatch {
  readonly watch: Watch | undefined;
  readonly transition: AlertTransition | undefined;
}

/**
 * Decides what an evaluation means for the episode of a subject:
 *
 * none -> bad (held) -> open -> open and good -> none
 *
 * - `none`: it becomes bad, and the alert opens once it has been bad for `holdSeconds`: at once if that is 0,
 *   or if the facts say that it has been for so long.
 * - `bad (held)`: good once ends it, and nobody is told.
 * - `open`: it resolves once it has been good for `resolveSeconds` without a bad evaluation between.
 *
 * So an alert opens once an episode, whatever happens to the node between evaluations: all it needs is stored.
 */
export function nextWatch(
  watch: Watch | undefined,
  { isBad, sinceMs }: Seen,
  { holdSeconds, resolveSeconds }: Pick<AlertRule, 'holdSeconds' | 'resolveSeconds'>,
  nowMs: number,
): NextWatch {
  if (!isBad) {
    if (watch === undefined || !watch.isOpen) return { watch: undefined, transition: undefined };
    const goodSinceMs = watch.goodSinceMs ?? nowMs;
    return nowMs - goodSinceMs >= resolveSeconds * SECOND_MS
      ? { watch: undefined, transition: 'resolved' }
      : { watch: { ...watch, goodSinceMs }, transition: undefined };
  }
  const badSinceMs = watch?.badSinceMs ?? Math.min(sinceMs ?? nowMs, nowMs);
  const opens = watch?.isOpen !== true && nowMs - badSinceMs >= holdSeconds * SECOND_MS;
  return {
    watch: { badSinceMs, goodSinceMs: undefined, isOpen: opens || watch?.isOpen === true },
    transition: opens ? 'opened' : undefined,
  };
}
