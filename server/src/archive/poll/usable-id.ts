import { idTimeMs, isId } from '../../model/ids.ts';
import { DAY_MS, MINUTE_MS } from '../../model/time-units.ts';

/** An id may be ahead of our clock: the service has another one. Partitions are made days ahead. */
const AHEAD_MS = 5 * MINUTE_MS;

/** Months that are made for ids that are older than all of ours. */
const OLDEST_MS = 400 * DAY_MS;

/**
 * Whether a remote id can be that of an archived invocation. Others get one of ours: what is none, what
 * lies in the future, and what is older than what is kept.
 */
export function usableId(id: string, nowMs: number, keptMs: number): boolean {
  if (!isId(id)) return false;
  const timeMs = idTimeMs(id);
  return timeMs <= nowMs + AHEAD_MS && timeMs > nowMs - Math.min(OLDEST_MS, keptMs);
}
