import type { Runner } from '../database/database.ts';
import type { Clock } from '../model/clock.ts';
import { firstIdAt, idTimeMs } from '../model/ids.ts';
import { MAX_SCHEDULE_MS } from '../model/profiles.ts';
import { DAY_MS, HOUR_MS } from '../model/time-units.ts';
import type { CompiledQuery } from '../query/compile-query.ts';
import { intersect, type Range, type Ranges } from '../query/ranges.ts';
import type { TrailRow } from '../sql/read-created-invocations.ts';
import { mergeCreated, type ReadBudget } from './merge-created.ts';
import { nextId } from './next-id.ts';
import type { Page, PageRequest } from './page.ts';
import type { ListedWebhook } from './select-webhooks.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Runner;
  readonly retentionDays: number;
}

interface CreatedRequest {
  readonly query: CompiledQuery;
  readonly webhooks: readonly ListedWebhook[];
  readonly descending: boolean;
  readonly page: PageRequest;
}

/** A page, and the span of creation that it has read: all matches in it are on this page. */
export interface CoveredPage extends Page<TrailRow> {
  readonly covered: { readonly fromMs: number; readonly toMs: number };
}

/** What one page reads at most; then it ends early, and says how far it has come. */
interface PageBounds {
  readonly rows: number;
  readonly ms: number;
  /**
   * Probes of a slice: each webhook is one in each of its days. Few webhooks take all days at once. Many
   * take one day at a time, because the first most often has a page.
   */
  readonly probes: number;
}

/**
 * 50,000 rows take about 100 ms where they are in memory; the time bounds them where they are not. A
 * probe takes about 10 µs.
 */
const PAGE_BOUNDS: PageBounds = { rows: 50_000, ms: 250, probes: 200 };

/** Ids may be of a time that this node has not reached yet. */
const AHEAD_MS = HOUR_MS;

/**
 * Lists invocations of several webhooks by creation, as far back as rows are kept. No row moves in this
 * order, so a walk to the end has each row that was there when it began exactly once.
 */
export async function listCreatedInvocations(
  { clock, database, retentionDays }: Parts,
  { query, webhooks, descending, page }: CreatedRequest,
  bounds = PAGE_BOUNDS,
): Promise<CoveredPage> {
  const nowMs = clock.now();
  const startedMs = performance.now();
  // A day is dropped up to a day after its retention.
  const floorMs = Math.max(0, nowMs - (retentionDays + 1) * DAY_MS - MAX_SCHEDULE_MS);
  const ceilingMs = nowMs + AHEAD_MS;
  const from = page.after ?? page.before;
  const backward = page.before !== undefined;
  const downward = descending !== backward;
  // The first id that may be read decides: a position on the edge of a millisecond would make a slice of
  // that millisecond alone, and a page that ends after it would be where it began.
  const firstMs = from && idTimeMs(nextId(from.id, downward ? -1 : 1));
  // A position may be older than what is kept.
  const span: Range = downward
    ? [floorMs, Math.min(ceilingMs, (firstMs ?? ceilingMs) + 1)]
    : [Math.max(floorMs, firstMs ?? floorMs), ceilingMs];
  const budget: ReadBudget = {
    rows: bounds.rows,
    isOver: () => performance.now() - startedMs > bounds.ms,
  };
  const limit = page.size + 1;
  const found: TrailRow[] = [];
  let stoppedAt: string | undefined;
  const days = Math.max(1, Math.floor(bounds.probes / Math.max(1, webhooks.length)));
  const none = query.nothing || webhooks.length === 0;
  const slices = none ? [] : slicesOf(intersect(query.created, [span]), days, downward);
  let isFirst = true;
  for (const slice of slices) {
    const startId = startOf(slice, downward, from?.id);
    // The first slice is always read: each page comes further.
    if (!isFirst && (budget.isOver() || budget.rows <= 0)) {
      stoppedAt = startId;
      break;
    }
    isFirst = false;
    const merged = await mergeCreated(database, {
      webhooks,
      filter: query.filter,
      descending: downward,
      startId,
      endId: firstIdAt(slice[downward ? 0 : 1]),
      limit: limit - found.length,
      budget,
    });
    found.push(...merged.rows);
    ({ stoppedAt } = merged);
    if (stoppedAt !== undefined || found.length >= limit) break;
  }

  const rows = found.slice(0, page.size);
  const more = found.length > page.size;
  const end = more ? rows.at(-1)?.id : stoppedAt;
  const cover = (id: string | undefined, otherwise: number) =>
    id === undefined ? otherwise : idTimeMs(id);
  const [nearMs, farMs] = downward ? [nowMs, floorMs] : [floorMs, nowMs];
  const read = [cover(from?.id, nearMs), cover(end, farMs)] as const;
  if (backward) rows.reverse();
  const beyond = end === undefined ? undefined : { key: '', id: end };
  // Where the reader came from there are rows, or a span that was read and had none.
  const behind = from && { key: '', id: cameFrom(from.id, rows, backward) };
  const [after, before] = backward ? [behind, beyond] : [beyond, behind];
  return {
    rows,
    ...(after !== undefined && { after }),
    ...(before !== undefined && { before }),
    covered: { fromMs: Math.min(...read), toMs: Math.max(...read) },
  };

  /** The position at which a page in the other direction begins. */
  function cameFrom(id: string, shown: readonly TrailRow[], reversed: boolean): string {
    const nearest = reversed ? shown.at(-1) : shown[0];
    // Without rows, the page beside this one begins with the row at the position itself.
    return nearest?.id ?? nextId(id, downward ? -1 : 1);
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

/** The id beyond which a slice is read: its edge, or the position of the page within it. */
function startOf([from, before]: Range, downward: boolean, position: string | undefined): string {
  const edge = downward ? firstIdAt(before) : nextId(firstIdAt(from), -1);
  if (position === undefined) return edge;
  return (downward ? position < edge : position > edge) ? position : edge;
}
