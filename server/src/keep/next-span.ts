import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../model/time-units.ts';
import type { FilterSpan } from '../sql/read-filter-ends.ts';

/** A span of time without a filter, from which end it may be shortened, and what it may hold. */
export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly isNewest: boolean;
}

interface Known {
  readonly oldest: FilterSpan | undefined;
  readonly newest: FilterSpan | undefined;
  readonly settledMs: number;
  /** Rows from before are no longer kept. */
  readonly keptFromMs: number;
}

/** Events and attempts of a filter: blocks of 1,000 events with 1.2 attempts each. */
const ROWS = 35_000;

/** The newest span waits no longer for rows, so that a search finds little without a filter. */
const LONGEST_NEWEST_MS = 15 * MINUTE_MS;

/** What is there at an upgrade is filtered backwards; spans grow where there is nothing. */
const LONGEST_OLDER_MS = 6 * HOUR_MS;

/** The shortest span: a longer one with too many rows is halved. */
export const SHORTEST_MS = SECOND_MS;

/** The span to filter next: the newest one if it has enough rows or time, or else the one before all. */
export function nextSpan({ oldest, newest, settledMs, keptFromMs }: Known): Span | undefined {
  if (oldest === undefined || newest === undefined) {
    return { fromMs: settledMs - LONGEST_NEWEST_MS, untilMs: settledMs, isNewest: true };
  }
  const openMs = settledMs - newest.until_ms;
  const fullMs = ROWS / rateOf(newest);
  if (openMs >= LONGEST_NEWEST_MS || openMs >= Math.max(fullMs, SHORTEST_MS)) {
    const fromMs = newest.until_ms;
    const longestMs = Math.min(openMs, LONGEST_NEWEST_MS);
    return { fromMs, untilMs: fromMs + within(fullMs, longestMs), isNewest: true };
  }
  const untilMs = oldest.from_ms;
  if (untilMs <= keptFromMs) return undefined;
  const rate = rateOf(oldest);
  const emptyMs = Math.min(DAY_MS, 4 * (oldest.until_ms - oldest.from_ms));
  const lengthMs = rate === 0 ? emptyMs : within(ROWS / rate, LONGEST_OLDER_MS);
  return { fromMs: Math.max(keptFromMs, untilMs - lengthMs), untilMs, isNewest: false };
}

/** Rows a millisecond. */
const rateOf = ({ from_ms, until_ms, events, attempts }: FilterSpan): number =>
  (events + attempts) / (until_ms - from_ms);

const within = (ms: number, longestMs: number): number =>
  Math.min(Math.max(Math.floor(ms), SHORTEST_MS), longestMs);
