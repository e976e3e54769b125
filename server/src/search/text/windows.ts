import type { Runner } from '../../database/database.ts';
import { type ProbedFilter, probeFilters } from '../../sql/probe-filters.ts';
import { BLOCKS } from '../../words/block-filter.ts';
import type { FilterMasks } from './filter-masks.ts';
import { openWindow, type Window } from './open-window.ts';

/** What filters said. */
export interface FilterUse {
  /** Blocks whose filters were asked. */
  blocks: number;
  /** Those that were read. */
  read: number;
  /** Those of them that had no result. */
  empty: number;
}

/** Filters that are asked at once: of each one or two kilobytes a word. */
const AT_ONCE = 64;

interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** The spans that have to be read, newest first: those without a filter, and blocks that may match. */
export async function* windows(
  database: Runner,
  masks: FilterMasks,
  { fromMs, untilMs }: Span,
  use: FilterUse,
): AsyncGenerator<Window> {
  let edgeMs = untilMs;
  while (edgeMs > fromMs) {
    const filters = await database.run(probeFilters, {
      beforeMs: edgeMs,
      afterMs: fromMs,
      hashes: masks.hashes,
      limit: AT_ONCE,
    });
    for (const filter of filters) {
      if (filter.until_ms < edgeMs) yield openWindow(Math.max(fromMs, filter.until_ms), edgeMs);
      edgeMs = Math.min(edgeMs, filter.until_ms);
      for (const block of candidates(filter, masks)) {
        const within = {
          fromMs: Math.max(fromMs, block.fromMs),
          untilMs: Math.min(edgeMs, block.untilMs),
        };
        if (within.fromMs < within.untilMs) yield { ...block, ...within };
      }
      use.blocks += BLOCKS;
      edgeMs = filter.from_ms;
    }
    if (filters.length < AT_ONCE) break;
  }
  if (edgeMs > fromMs) yield openWindow(fromMs, edgeMs);
}

/** The blocks of a filter that may match, newest first. */
function* candidates(
  { from_ms, until_ms, late_blocks, found }: ProbedFilter,
  masks: FilterMasks,
): Generator<Window> {
  const { events, attempts } = masks.of(found ?? new Uint8Array(0));
  // Block n has the moments whose distance from the start, in sixteenths of the span, begins with n.
  const edge = (block: number) => from_ms + Math.ceil((block * (until_ms - from_ms)) / BLOCKS);
  for (let block = BLOCKS - 1; block >= 0; block--) {
    const has = (blocks: number) => (blocks & (1 << block)) !== 0;
    if (!has(events | attempts)) continue;
    yield {
      fromMs: edge(block),
      untilMs: edge(block + 1),
      events: has(events),
      early: has(attempts),
      late: has(attempts & late_blocks),
      blocks: 1,
    };
  }
}
