import { type Query, type TimeTerm, timeRanges } from '@hooktrail/sdk/query';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How to count for a chart. */
export interface CountedStep {
  readonly step: 'minute' | 'hour' | 'day';
  /** The width of a bar: a whole number of steps. */
  readonly widthMs: number;
}

/** Widths that people can read, and their steps; a chart has at most about a hundred bars. */
const WIDTHS: readonly CountedStep[] = [
  ...[1, 2, 5, 10, 15].map((minutes) => ({ step: 'minute' as const, widthMs: minutes * MINUTE })),
  ...[1, 3, 6, 12].map((hours) => ({ step: 'hour' as const, widthMs: hours * HOUR })),
  ...[1, 2, 7, 14, 28].map((days) => ({ step: 'day' as const, widthMs: days * DAY })),
];
const MOST_BARS = 100;

const isTime = (term: Query[number]): term is TimeTerm =>
  ['since', 'until', 'created', 'completed'].includes(term.field) && !term.not;

/** The step in which the span of a query is counted: the last 24 hours if it names no time. */
export function countedStep(query: Query, nowMs: number): CountedStep {
  let fromMs = Number.NEGATIVE_INFINITY;
  let toMs = nowMs;
  for (const term of query.filter(isTime)) {
    const [range] = timeRanges(term, nowMs);
    if (range === undefined) continue;
    fromMs = Math.max(fromMs, range[0]);
    toMs = Math.min(toMs, range[1]);
  }
  const spanMs = Number.isFinite(fromMs) ? Math.max(toMs - fromMs, MINUTE) : DAY;
  const width = WIDTHS.find(({ widthMs }) => spanMs / widthMs <= MOST_BARS);
  return width ?? (WIDTHS.at(-1) as CountedStep);
}
