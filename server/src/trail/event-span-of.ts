import type { Ranges } from '../query/ranges.ts';

/** A span of time, in milliseconds since 1970, both inclusive; undefined: to the end. */
export interface EventSpan {
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
}

/** The latest time in an id. */
const LAST_MS = 2 ** 48 - 1;

/** The span of a range and of all ranges of a query. */
export function eventSpanOf(
  created: Ranges,
  { fromMs, toMs }: EventSpan = { fromMs: undefined, toMs: undefined },
): EventSpan {
  const [first, last] = [created[0]?.[0] ?? 1, (created.at(-1)?.[1] ?? 1) - 1];
  const from = Math.max(fromMs ?? Number.NEGATIVE_INFINITY, first);
  const to = Math.min(toMs ?? Number.POSITIVE_INFINITY, last);
  return {
    fromMs: from > 0 ? Math.min(from, LAST_MS) : undefined,
    toMs: to < LAST_MS ? Math.max(to, -1) : undefined,
  };
}
