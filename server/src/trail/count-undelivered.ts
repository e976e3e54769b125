import type { Runner } from '../database/database.ts';
import type { Clock } from '../model/clock.ts';
import type { DeliveryStatus } from '../model/delivery-status.ts';
import { firstIdAt } from '../model/ids.ts';
import type { CompiledQuery } from '../query/compile-query.ts';
import { intersect } from '../query/ranges.ts';
import { inFamily } from '../sql/parts/in-family.ts';
import type { Family } from '../sql/parts/trail-family.ts';
import {
  readUndelivered,
  type UndeliveredMark,
  type UndeliveredRow,
} from '../sql/read-undelivered.ts';
import { chunksOfStreams } from './chunks-of-streams.ts';
import { partsOfSpan } from './parts-of-span.ts';
import type { ListedWebhook } from './select-webhooks.ts';
import { storedSpan } from './stored-span.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Runner;
  /** Whether a statement may read one lane only. */
  readonly oneLane: boolean;
  readonly retentionDays: number;
}

interface Request {
  readonly query: CompiledQuery;
  readonly webhooks: readonly ListedWebhook[];
}

/** What is undelivered of one webhook for one cause. */
export interface UndeliveredGroup {
  readonly webhookId: string;
  /** Undefined where there is an error class. */
  readonly status: DeliveryStatus | undefined;
  readonly errorClass: string | undefined;
  count: number;
  /** How many of them still wait. */
  waiting: number;
  oldestId: string;
  newestId: string;
  /** There may be more: its webhook was not counted to its end. */
  more: boolean;
}

/** What is undelivered, and the span of creation that was read. */
interface Undelivered {
  readonly groups: readonly UndeliveredGroup[];
  readonly covered: { readonly fromMs: number; readonly toMs: number };
}

interface Bounds {
  /** Of all webhooks. */
  readonly rows: number;
  readonly ms: number;
  readonly probes: number;
}

/**
 * 100,000 rows take about 200 ms where they are in memory; the time bounds them where they are not. Many
 * webhooks take one day at a time, newest first: a probe of a day takes about 10 µs.
 */
const BOUNDS: Bounds = { rows: 100_000, ms: 1_000, probes: 2_000 };

/** What is counted of one webhook: people read "10,000+" beyond. */
export const MOST_UNDELIVERED = 10_000;

/**
 * Rows of each webhook that one round reads: few first, so that every webhook is looked at before a large
 * backlog takes the rest. Together one row more than is counted, which says whether there are more.
 */
const ROUNDS = [100, 901, 4_500, 4_500] as const;

/** Rows that one statement reads at most, about 10 ms. */
const STATEMENT_ROWS = 5_000;
const STATEMENT_STREAMS = 500;

interface Stream {
  readonly webhookId: string;
  readonly family: Family;
  readonly held: ListedWebhook['held'];
  startId: string;
}

/** Counts what a query selects of what is undelivered, by webhook and cause. */
export async function countUndelivered(
  { clock, database, oneLane, retentionDays }: Parts,
  { query, webhooks }: Request,
  bounds = BOUNDS,
): Promise<Undelivered> {
  const nowMs = clock.now();
  const startedMs = performance.now();
  const { ceilingMs, floorMs, oursFromMs } = await storedSpan(
    { database, retentionDays },
    webhooks,
    nowMs,
  );
  const filter = { ...query.filter, undelivered: true };
  const groups = new Map<string, UndeliveredGroup>();
  const readOf = new Map<string, number>();
  const cut = new Set<string>();
  let left = bounds.rows;
  const isOver = () => left <= 0 || performance.now() - startedMs > bounds.ms;

  function add(row: UndeliveredRow): void {
    const key = `${row.webhook_id} ${row.error_class ?? ''} ${row.status ?? ''}`;
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, {
        webhookId: row.webhook_id,
        status: row.status ?? undefined,
        errorClass: row.error_class ?? undefined,
        count: row.count,
        waiting: row.waiting,
        oldestId: row.oldest_id,
        newestId: row.newest_id,
        more: false,
      });
      return;
    }
    group.count += row.count;
    group.waiting += row.waiting;
    // Ids are read newest first.
    group.oldestId = row.oldest_id;
  }

  /** Reads a chunk of streams on, and returns those that have more. */
  async function read(chunk: readonly Stream[], most: number, endId: string): Promise<Stream[]> {
    const statement = inFamily(readUndelivered, (chunk[0] as Stream).family).statement(oneLane);
    const found = await database.run(statement, { streams: chunk, filter, endId, most });
    const marks = new Map<string, UndeliveredMark>();
    for (const row of found) {
      if (row.read === null) add(row);
      else marks.set(row.webhook_id, row);
    }
    left -= chunk.length;
    return chunk.filter((stream) => {
      const mark = marks.get(stream.webhookId);
      if (mark === undefined) return false;
      left -= mark.read;
      const read = (readOf.get(stream.webhookId) ?? 0) + mark.read;
      readOf.set(stream.webhookId, read);
      stream.startId = mark.oldest_id;
      if (read > MOST_UNDELIVERED) cut.add(stream.webhookId);
      return mark.read >= most && read <= MOST_UNDELIVERED;
    });
  }

  let coveredFromMs = floorMs;
  let isFirst = true;
  const ranges = query.nothing ? [] : intersect(query.created, [[floorMs, ceilingMs]]);
  const span = { ranges, webhooks, oursFromMs, probes: bounds.probes, downward: true };
  for (const { among, slice } of partsOfSpan(span)) {
    if (!isFirst && isOver()) {
      coveredFromMs = slice[1];
      break;
    }
    let open = among
      .filter(({ id }) => !cut.has(id))
      .map(
        ({ family, held, id }): Stream => ({
          webhookId: id,
          family,
          held,
          startId: firstIdAt(slice[1]),
        }),
      );
    const endId = firstIdAt(slice[0]);
    for (const [round, most] of ROUNDS.entries()) {
      const size = Math.max(1, Math.min(STATEMENT_STREAMS, Math.floor(STATEMENT_ROWS / most)));
      const next: Stream[] = [];
      for (const chunk of chunksOfStreams(open, size, oneLane)) {
        // The first look at each webhook is always taken, so that none is missing.
        if (!(isFirst && round === 0) && isOver()) {
          for (const { webhookId } of chunk) cut.add(webhookId);
          if (round === 0) coveredFromMs = slice[1];
        } else {
          next.push(...(await read(chunk, most, endId)));
        }
      }
      open = next;
      if (open.length === 0) break;
    }
    for (const { webhookId } of open) cut.add(webhookId);
    isFirst = false;
    if (coveredFromMs > floorMs) break;
  }
  for (const group of groups.values()) {
    group.more = cut.has(group.webhookId) || coveredFromMs > floorMs;
    group.count = Math.min(group.count, MOST_UNDELIVERED);
    group.waiting = Math.min(group.waiting, MOST_UNDELIVERED);
  }
  return {
    groups: [...groups.values()].sort((one, other) => other.count - one.count),
    covered: { fromMs: coveredFromMs, toMs: nowMs },
  };
}
