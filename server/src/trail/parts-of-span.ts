import { DAY_MS } from '../model/time-units.ts';
import { intersect, type Range, type Ranges } from '../query/ranges.ts';
import type { ListedWebhook } from './select-webhooks.ts';

/** What is read at once: a slice of time, and the webhooks that may have rows in it. */
interface Part {
  readonly slice: Range;
  readonly among: readonly ListedWebhook[];
}

interface Span {
  readonly ranges: Ranges;
  readonly webhooks: readonly ListedWebhook[];
  /** What is older than this is archived. */
  readonly oursFromMs: number;
  /** Of a slice: each webhook is one in each of its days. */
  readonly probes: number;
  readonly downward: boolean;
}

/** The longest month: a partition of the archive. */
const MONTH_DAYS = 31;

/**
 * The parts of a span in the order of reading. What is older than our own trail is archived, and a probe
 * of it has a month.
 */
export function* partsOfSpan({
  downward,
  oursFromMs,
  probes,
  ranges,
  webhooks,
}: Span): Generator<Part> {
  const daysOf = (among: readonly unknown[]) => Math.max(1, Math.floor(probes / among.length));
  const archived = webhooks.filter(({ family }) => family === 'archived');
  const recent = intersect(ranges, [[oursFromMs, Number.POSITIVE_INFINITY]]);
  const old = intersect(ranges, [[Number.NEGATIVE_INFINITY, oursFromMs]]);
  const parts = [
    { among: webhooks, span: recent, days: daysOf(webhooks) },
    { among: archived, span: old, days: daysOf(archived) * MONTH_DAYS },
  ];
  for (const { among, span, days } of downward ? parts : parts.toReversed()) {
    if (among.length === 0) continue;
    for (const slice of slicesOf(span, days, downward)) yield { slice, among };
  }
}

/** The ranges in the order of reading, cut at days as the partitions are. */
function* slicesOf(ranges: Ranges, days: number, downward: boolean): Generator<Range> {
  const step = days * DAY_MS;
  for (const [from, before] of downward ? ranges.toReversed() : ranges) {
    if (downward) {
      for (let end = before; end > from; ) {
        const start = Math.max(from, Math.ceil(end / DAY_MS - days) * DAY_MS);
        yield [start, end];
        end = start;
      }
    } else {
      for (let start = from; start < before; ) {
        const end = Math.min(before, Math.floor(start / DAY_MS) * DAY_MS + step);
        yield [start, end];
        start = end;
      }
    }
  }
}
