import type { Comparison, QueryTerm, QueryTime } from './query.ts';
import { resolveTime, spanOf } from './times.ts';

/** Milliseconds since 1970, from the first up to, not including, the second. */
export type TimeRange = readonly [fromMs: number, beforeMs: number];

/** The terms that are about a time. */
export type TimeTerm = Extract<
  QueryTerm,
  { readonly field: 'created' | 'completed' | 'since' | 'until' }
>;

/**
 * The ranges of time of which a term demands one (ends that are open are infinite). A day, minute
 * or second stands for all of it: after a day means after its end.
 */
export function timeRanges(term: TimeTerm, nowMs: number): TimeRange[] {
  const ends = { since: 'gte', until: 'lte', created: undefined, completed: undefined }[term.field];
  const values = term.values as readonly (QueryTime | Comparison<QueryTime>)[];
  return values.map((value) => {
    const whole = typeof value === 'string';
    const compared: Partial<Record<'gt' | 'gte' | 'lt' | 'lte', QueryTime>> = !whole
      ? value
      : ends
        ? { [ends]: value }
        : { gte: value, lte: value };
    let fromMs = Number.NEGATIVE_INFINITY;
    let beforeMs = Number.POSITIVE_INFINITY;
    for (const [key, time] of Object.entries(compared)) {
      const [startMs, endMs] = spanOf(resolveTime(time, nowMs));
      if (key === 'gt') fromMs = endMs;
      if (key === 'gte') fromMs = startMs;
      if (key === 'lt') beforeMs = startMs;
      if (key === 'lte') beforeMs = endMs;
    }
    return [fromMs, beforeMs] as const;
  });
}
