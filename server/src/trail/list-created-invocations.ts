import type { Runner } from '../database/database.ts';
import type { Clock } from '../model/clock.ts';
import { firstIdAt, idTimeMs } from '../model/ids.ts';
import { DAY_MS } from '../model/time-units.ts';
import type { CompiledQuery } from '../query/compile-query.ts';
import { intersect, type Range, type Ranges } from '../query/ranges.ts';
import { inFamily } from '../sql/parts/in-family.ts';
import { readCreatedInvocations, type TrailRow } from '../sql/read-created-invocations.ts';
import { type CoveredPage, coveredPage } from './covered-page.ts';
import { isNearer } from './is-nearer.ts';
import { mergeStreams, type ReadBudget, type Stream } from './merge-streams.ts';
import { nextId } from './next-id.ts';
import type { PageRequest, Position } from './page.ts';
import type { ListedWebhook } from './select-webhooks.ts';
import { startId } from './start-id.ts';
import { storedSpan } from './stored-span.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Runner;
  /** Whether a statement may read one lane only. */
  readonly oneLane: boolean;
  readonly retentionDays: number;
}

interface CreatedRequest {
  readonly query: CompiledQuery;
  readonly webhooks: readonly ListedWebhook[];
  readonly descending: boolean;
  readonly page: PageRequest;
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

interface CreatedStream extends Stream {
  readonly held: ListedWebhook['held'];
}

const positionOf = ({ id, webhook_id: webhookId }: TrailRow): Position => ({
  key: '',
  id,
  webhookId,
});

/**
 * Lists invocations of several webhooks by creation, as far back as rows are kept. No row moves in this
 * order, so a walk to the end has each row that was there when it began exactly once.
 */
export async function listCreatedInvocations(
  { clock, database, oneLane, retentionDays }: Parts,
  { query, webhooks, descending, page }: CreatedRequest,
  bounds = PAGE_BOUNDS,
): Promise<CoveredPage> {
  const nowMs = clock.now();
  const startedMs = performance.now();
  const stored = await storedSpan({ database, retentionDays }, webhooks, nowMs);
  const { ceilingMs, floorMs } = stored;
  const from = page.after ?? page.before;
  const backward = page.before !== undefined;
  const downward = descending !== backward;
  // The first id that may be read decides: a position on the edge of a millisecond would make a slice of
  // that millisecond alone, and a page that ends after it would be where it began.
  const firstMs =
    from && idTimeMs(from.webhookId === undefined ? nextId(from.id, downward ? -1 : 1) : from.id);
  // A position may be older than what is kept.
  const span: Range = downward
    ? [floorMs, Math.min(ceilingMs, (firstMs ?? ceilingMs) + 1)]
    : [Math.max(floorMs, firstMs ?? floorMs), ceilingMs];
  const budget: ReadBudget = {
    rows: bounds.rows,
    isOver: () => performance.now() - startedMs > bounds.ms,
  };
  const limit = page.size + 1;
  const variant = { descending: downward, undelivered: query.filter.undelivered, oneLane };
  const startOfStream = startId(downward);
  const found: TrailRow[] = [];
  let stoppedAt: Position | undefined;
  const ranges = query.nothing ? [] : intersect(query.created, [span]);
  let isFirst = true;
  for (const { slice, among } of partsOf(ranges, webhooks, stored.oursFromMs, bounds, downward)) {
    const place = startOf(slice, downward, from);
    // The first slice is always read: each page comes further.
    if (!isFirst && (budget.isOver() || budget.rows <= 0)) {
      stoppedAt = place;
      break;
    }
    isFirst = false;
    const endId = firstIdAt(slice[downward ? 0 : 1]);
    const left = limit - found.length;
    const merged = await mergeStreams<CreatedStream>({
      streams: among.map(({ id, family, held }) => ({
        webhookId: id,
        family,
        held,
        round: 0,
        place,
        open: true,
      })),
      filter: query.filter,
      descending: downward,
      limit: left,
      budget,
      oneLane,
      positionOf,
      async read(chunk, most) {
        const { family } = chunk[0] as CreatedStream;
        const statement = inFamily(readCreatedInvocations, family).statement(variant);
        const results = await database.run(statement, {
          streams: chunk.map(({ webhookId, held, place: reached }) => ({
            webhookId,
            held,
            startId: startOfStream(reached, webhookId),
          })),
          filter: query.filter,
          endId,
          most,
          limit: left,
        });
        const byWebhook = new Map(chunk.map((stream) => [stream.webhookId, stream]));
        return {
          rows: results.filter((row): row is TrailRow => row.read === null),
          marks: results.flatMap(({ read, webhook_id: webhookId, id }) =>
            read === null
              ? []
              : [
                  {
                    stream: byWebhook.get(webhookId) as CreatedStream,
                    place: { key: '', id, webhookId },
                    read,
                  },
                ],
          ),
        };
      },
    });
    found.push(...merged.rows);
    ({ stoppedAt } = merged);
    if (stoppedAt !== undefined || found.length >= limit) break;
  }
  return coveredPage(
    { rows: found, stoppedAt },
    {
      descending,
      page,
      positionOf,
      span: { fromMs: floorMs, toMs: nowMs },
      timeOf: ({ id }) => idTimeMs(id),
    },
  );
}

/** What is read at once: a slice of time, and the webhooks that may have rows in it. */
interface Part {
  readonly slice: Range;
  readonly among: readonly ListedWebhook[];
}

/** The longest month: a partition of the archive. */
const MONTH_DAYS = 31;

/**
 * The parts in the order of reading. What is older than our own trail is archived, and a probe of it has
 * a month.
 */
function* partsOf(
  ranges: Ranges,
  webhooks: readonly ListedWebhook[],
  oursFromMs: number,
  { probes }: PageBounds,
  downward: boolean,
): Generator<Part> {
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

/** The place beyond which a slice is read: its edge, or the position of the page within it. */
function startOf([from, before]: Range, downward: boolean, position?: Position): Position {
  const edge = { key: '', id: downward ? firstIdAt(before) : nextId(firstIdAt(from), -1) };
  return position !== undefined && isNearer(edge, position, downward) ? position : edge;
}
