import { DAY_MS, HOUR_MS } from '../../model/time-units.ts';

/**
 * A clock may be set wrongly by an hour, as the end of summer time does it. A `Date` that is farther from ours is
 * that of a broken proxy or machine: believed, it would move the watermark by as much.
 */
const MOST_OFF_MS = 2 * HOUR_MS;

/** The clock of a service at an answer. */
export interface ServiceClock {
  /** What is reckoned with: its `Date`, or our clock where that is not believed. */
  readonly remoteMs: number;
  /**
   * The latest time that it may be there. A row is missed only where the log must show it by every clock, so that
   * a wrong one makes no gap.
   */
  readonly latestMs: number;
  /** How far its `Date` is ahead of ours, believed or not. */
  readonly offMs: number;
  readonly isBelieved: boolean;
}

/** What is believed of a `Date` that is so far ahead of our clock. */
export function serviceClock(offMs: number, nowMs: number): ServiceClock {
  const isBelieved = Math.abs(offMs) <= MOST_OFF_MS;
  return {
    remoteMs: nowMs + (isBelieved ? offMs : 0),
    // A year that is wrong must not end the search for erased logs.
    latestMs: nowMs + Math.min(DAY_MS, Math.max(0, offMs)),
    offMs,
    isBelieved,
  };
}
