import type { Runner } from '../database/database.ts';
import type { Clock } from '../model/clock.ts';
import { firstIdAt, idFromUuid } from '../model/ids.ts';
import { DAY_MS, HOUR_MS } from '../model/time-units.ts';
import type { CompiledQuery } from '../query/compile-query.ts';
import { intersect, type Range } from '../query/ranges.ts';
import { inFamily } from '../sql/parts/in-family.ts';
import type { TrailRow } from '../sql/read-created-invocations.ts';
import { type IdRange, readLatestInvocations } from '../sql/read-latest-invocations.ts';
import { type CoveredPage, coveredPage } from './covered-page.ts';
import { isNearer } from './is-nearer.ts';
import { mergeStreams, type Stream } from './merge-streams.ts';
import type { PageRequest, Position } from './page.ts';
import type { ListedWebhook } from './select-webhooks.ts';
import { startId } from './start-id.ts';
import { storedSpan } from './stored-span.ts';
import { TooManyRanges } from './too-many-ranges.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Runner;
  /** Whether a statement may read one lane only. */
  readonly oneLane: boolean;
  readonly retentionDays: number;
}

interface LatestRequest {
  readonly query: CompiledQuery;
  readonly webhooks: readonly ListedWebhook[];
  readonly descending: boolean;
  /** Keys are microseconds since 1970. */
  readonly page: PageRequest;
}

/** What one page reads at most; then it ends early, and says how far it has come. */
interface PageBounds {
  readonly rows: number;
  readonly ms: number;
  /** Days of webhooks: the first page looks at each, because an old invocation may be sent again. */
  readonly ranges: number;
}

/** As by creation; 50,000 ranges are 250 ms and more. */
const PAGE_BOUNDS: PageBounds = { rows: 50_000, ms: 250, ranges: 50_000 };

/** Clocks differ: an id may be of a time somewhat after what its node recorded. */
const SKEW_MS = HOUR_MS;

const FIRST_ID = '0'.repeat(26);

interface LatestStream extends Stream, IdRange {
  readonly held: ListedWebhook['held'];
}

const positionOf = ({ id, latest_at_us: key, webhook_id: webhookId }: TrailRow): Position => ({
  key,
  id,
  webhookId,
});

/**
 * Lists invocations of several webhooks by their latest attempt, or by creation before the first one.
 * An invocation moves to the front when it is attempted: newest first, a walk may miss it then; oldest
 * first, it comes once more.
 *
 * @throws TooManyRanges
 */
export async function listLatestInvocations(
  { clock, database, oneLane, retentionDays }: Parts,
  { query, webhooks, descending, page }: LatestRequest,
  bounds = PAGE_BOUNDS,
): Promise<CoveredPage> {
  const nowMs = clock.now();
  const startedMs = performance.now();
  const { ceilingMs, floorMs, oursFromMs } = await storedSpan(
    { database, retentionDays },
    webhooks,
    nowMs,
  );
  const from = page.after ?? page.before;
  const downward = descending !== (page.before !== undefined);
  const created = intersect(query.created, [[floorMs, ceilingMs]]);
  const [[createdMs] = [0], [, createdBeforeMs] = [0, 0]] = [created[0], created.at(-1)];
  // No attempt comes before the creation.
  const latest: Range = [
    Math.max(floorMs, createdMs - SKEW_MS, query.completedSpan[0]),
    Math.min(ceilingMs, query.completedSpan[1]),
  ];
  const lowUs = latest[0] * 1_000;
  const highUs = latest[1] * 1_000;
  const edge = { key: downward ? highUs : lowUs, id: FIRST_ID };
  const start = from !== undefined && isNearer(edge, from, downward) ? from : edge;
  const startMs = (start.key as number) / 1_000;
  const days: Range = [createdMs, Math.min(createdBeforeMs, latest[1] + SKEW_MS)];
  const startOfStream = startId(downward);
  const ranges = rangesOf(webhooks, days, oursFromMs);
  if (ranges > bounds.ranges) throw new TooManyRanges(webhooks.length, ranges, bounds.ranges);

  const parts = partsOf(days, startMs, downward).map(([fromMs, beforeMs], round) => {
    const nearest = { key: (fromMs - SKEW_MS) * 1_000, id: FIRST_ID };
    return {
      fromMs,
      beforeMs,
      // What was created later was attempted later.
      place: downward || !isNearer(start, nearest, downward) ? start : nearest,
      round,
    };
  });
  const empty = query.nothing || webhooks.length === 0 || latest[0] >= latest[1];
  const limit = page.size + 1;
  const merged = empty
    ? { rows: [], stoppedAt: undefined }
    : await mergeStreams<LatestStream>({
        streams: parts.flatMap(({ fromMs, beforeMs, ...part }) =>
          webhooks.flatMap(({ id, family, held }) => {
            const startMs = family === 'local' ? Math.max(fromMs, oursFromMs) : fromMs;
            if (startMs >= beforeMs) return [];
            const ids = { firstId: firstIdAt(startMs), endId: firstIdAt(Math.ceil(beforeMs)) };
            return [{ ...part, ...ids, webhookId: id, family, held, open: true }];
          }),
        ),
        filter: query.filter,
        descending: downward,
        limit,
        budget: { rows: bounds.rows, isOver: () => performance.now() - startedMs > bounds.ms },
        oneLane,
        positionOf,
        async read(chunk, most, last) {
          const { family } = chunk[0] as LatestStream;
          const statement = inFamily(readLatestInvocations, family).statement({
            descending: downward,
            oneLane,
          });
          const lastUs = last?.key as number | undefined;
          const results = await database.run(statement, {
            streams: chunk.map(({ place, ...stream }) => ({
              ...stream,
              startUs: place.key as number,
              startId: startOfStream(place, stream.webhookId),
            })),
            filter: query.filter,
            created:
              created.length > 1
                ? created.map(([fromMs, beforeMs]) => ({
                    firstId: firstIdAt(fromMs),
                    endId: firstIdAt(beforeMs),
                  }))
                : [],
            endUs: downward
              ? Math.max(lowUs, lastUs ?? lowUs)
              : Math.min(highUs, lastUs === undefined ? highUs : lastUs + 1),
            most,
            limit,
          });
          const rows: TrailRow[] = [];
          const marks = [];
          let read = 0;
          for (const one of results) {
            if (one.read === null) rows.push(one);
            else {
              const stream = chunk[one.stream] as LatestStream;
              marks.push({
                stream,
                place: { ...placeOf(one.place), webhookId: stream.webhookId },
                read: one.read,
              });
              read += one.read;
            }
          }
          return { rows, marks, read, streams: marks.length };
        },
      });
  return coveredPage(merged, {
    descending,
    page,
    positionOf,
    span: { fromMs: floorMs, toMs: nowMs },
    timeOf: ({ key }) => Math.floor((key as number) / 1_000),
  });
}

/** Partitions of the archive are months, of 28 days at least. */
const MONTH_MS = 28 * DAY_MS;

/** How many partitions of webhooks are looked at. */
function rangesOf(
  webhooks: readonly ListedWebhook[],
  [fromMs, beforeMs]: Range,
  oursFromMs: number,
): number {
  const days = Math.ceil(beforeMs / DAY_MS) - Math.floor(Math.max(fromMs, oursFromMs) / DAY_MS);
  const months = Math.ceil((beforeMs - fromMs) / MONTH_MS) + 1;
  return webhooks.reduce(
    (sum, { family }) => sum + Math.max(0, family === 'local' ? days : months),
    0,
  );
}

const placeOf = (place: string): Position => ({
  key: Number(place.slice(0, 16)),
  id: idFromUuid(place.slice(16)),
});

/**
 * The days in which the next rows most likely were created, and then the others: retries of two days,
 * and what was sent again later, are few. Most often the first part has a page, and the other ranges
 * have nothing that is as near.
 */
function partsOf([fromMs, beforeMs]: Range, startMs: number, downward: boolean): Range[] {
  const dayMs = Math.floor(startMs / DAY_MS) * DAY_MS;
  const near: Range = [dayMs - DAY_MS, downward ? startMs + SKEW_MS : dayMs + 2 * DAY_MS];
  const others: Range[] = [
    [Number.NEGATIVE_INFINITY, near[0]],
    ...(downward ? [] : [[near[1], Number.POSITIVE_INFINITY] as const]),
  ];
  return [near, ...others].flatMap((part) => intersect([part], [[fromMs, beforeMs]]));
}
