import type { Runner } from '../database/database.ts';
import { laneOf } from '../model/lanes.ts';
import type { InvocationFilter } from '../sql/parts/invocation-filter.ts';
import {
  type CreatedStream,
  type ReadMark,
  readCreatedInvocations,
  type TrailRow,
} from '../sql/read-created-invocations.ts';
import type { ListedWebhook } from './select-webhooks.ts';

/** What a page may still read. */
export interface ReadBudget {
  rows: number;
  /** Whether the time is over. */
  readonly isOver: () => boolean;
}

interface Slice {
  readonly webhooks: readonly ListedWebhook[];
  readonly filter: InvocationFilter;
  readonly descending: boolean;
  /** Reading starts strictly beyond this id. */
  readonly startId: string;
  /** As in the statement. */
  readonly endId: string;
  readonly limit: number;
  readonly budget: ReadBudget;
}

/** The matches of a slice, nearest first. */
export interface Merged {
  readonly rows: readonly TrailRow[];
  /** The budget ended: matches are complete up to this id. Undefined when the slice or the page ended. */
  readonly stoppedAt: string | undefined;
}

/**
 * Rows that one statement reads at most: 5,000 take about 10 ms, so that the time of a page is checked
 * often enough, and they fit into the memory of a sort.
 */
const STATEMENT_ROWS = 5_000;

/** Probes of one statement at most, at about 10 µs each. */
const STATEMENT_STREAMS = 500;

/** Comparing a row with this many patterns costs about as much as reading it. */
const PATTERNS_OF_A_ROW = 10;

/** Statements at once: the pool of lists has six connections, for all of its callers. */
const AT_ONCE = 2;

/**
 * A page with a filter begins with this many rows of all webhooks, and reads more where few match; of
 * many webhooks with so many of each, because a statement costs more than ten rows.
 */
const FIRST_ROWS = 500;
const FIRST_ROWS_EACH = 10;

interface Stream extends CreatedStream {
  /** All of it up to here was read. */
  startId: string;
  /** It may have rows beyond. */
  open: boolean;
}

/**
 * Merges the invocations of many webhooks by creation within a slice of time. Each webhook is one stream
 * in the order of its key. The first round reads a few rows of each. Then only those are read on that
 * may still hold one of the `limit` nearest matches: the streams that were read less far than the last of
 * these. Streams that reached the end of the slice are never asked again.
 *
 * When the budget ends, the page ends where the stream that was read least far has come. The first round
 * always completes, so each call comes further by a row at least.
 */
export async function mergeCreated(database: Runner, slice: Slice): Promise<Merged> {
  const { budget, descending, endId, filter, limit, startId, webhooks } = slice;
  const nearer = descending ? isAfter : isBefore;
  const streams = webhooks.map(
    ({ id, held }): Stream => ({ webhookId: id, startId, held, open: true }),
  );
  const patterns =
    (filter.types?.length ?? 0) + (filter.notTypes?.length ?? 0) + filter.moreTypes.length;
  const statementRows = Math.max(
    100,
    Math.floor(STATEMENT_ROWS / (1 + patterns / PATTERNS_OF_A_ROW)),
  );
  const statement = readCreatedInvocations.statement(descending, filter.undelivered);
  let found: TrailRow[] = [];
  const filtered = Object.values(filter).some((one) => (Array.isArray(one) ? one.length > 0 : one));
  const fair = Math.ceil((filtered ? FIRST_ROWS : 2 * limit) / streams.length) + 1;
  const share = Math.max(1, Math.floor(budget.rows / streams.length));
  let most = filtered
    ? Math.min(Math.max(fair, FIRST_ROWS_EACH), share, statementRows)
    : Math.min(fair, share, limit);

  async function read(chosen: readonly Stream[], rows: number, complete: boolean): Promise<void> {
    const chunks = chunksOf(chosen, Math.min(STATEMENT_STREAMS, Math.ceil(statementRows / rows)));
    const next = async (): Promise<void> => {
      for (;;) {
        if (!complete && (budget.isOver() || budget.rows <= 0)) return;
        const chunk = chunks.pop();
        if (chunk === undefined) return;
        // Reserved before it is read: the other one must not spend it too.
        budget.rows -= rows * chunk.length;
        const results = await database.run(statement, {
          lane: laneOf((chunk[0] as Stream).webhookId),
          streams: chunk,
          filter,
          endId,
          most: rows,
          limit,
        });
        take(chunk, rows, results);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
  }

  function take(
    chunk: readonly Stream[],
    most: number,
    results: readonly (TrailRow | ReadMark)[],
  ): void {
    budget.rows += most * chunk.length;
    const byId = new Map(chunk.map((stream) => [stream.webhookId, stream]));
    for (const stream of chunk) stream.open = false;
    budget.rows -= chunk.length;
    for (const row of results) {
      if (row.read === null) {
        found.push(row);
        continue;
      }
      budget.rows -= row.read - 1;
      const stream = byId.get(row.webhook_id) as Stream;
      stream.open = row.read >= most;
      stream.startId = row.id;
    }
  }

  for (let round = 0; ; round++) {
    found.sort((one, other) => (nearer(one.id, other.id) ? -1 : 1));
    found = found.slice(0, limit);
    const last = found[limit - 1]?.id;
    const behind = streams.filter(
      (stream) => stream.open && (last === undefined || nearer(stream.startId, last)),
    );
    if (behind.length === 0) return { rows: found, stoppedAt: undefined };
    if (round > 0 && (budget.isOver() || budget.rows <= 0)) {
      const stoppedAt = behind.reduce(
        (least, { startId: at }) => (nearer(at, least) ? at : least),
        endOf(behind),
      );
      return { rows: found.filter(({ id }) => !nearer(stoppedAt, id)), stoppedAt };
    }
    // If all are much to read, those that are furthest behind: what the others are read on would be read
    // again by the next page.
    behind.sort((one, other) => (nearer(one.startId, other.startId) ? -1 : 1));
    const few = round === 0 || behind.length * most <= statementRows;
    const chosen = few ? behind : behind.slice(0, Math.max(8, behind.length / 2));
    const room = Math.max(1, Math.floor(budget.rows / chosen.length));
    await read(chosen, round === 0 ? most : Math.min(most, room), round === 0);
    most = filtered ? Math.min(most * 8, statementRows) : Math.min(most * 4, limit);
  }
}

const endOf = (streams: readonly Stream[]) => (streams[0] as Stream).startId;

const isAfter = (one: string, other: string) => one > other;
const isBefore = (one: string, other: string) => one < other;

/** Parts of at most `size` streams of one lane. */
function chunksOf(streams: readonly Stream[], size: number): Stream[][] {
  const lanes = new Map<number, Stream[]>();
  for (const stream of streams) {
    const lane = laneOf(stream.webhookId);
    const of = lanes.get(lane);
    if (of === undefined) lanes.set(lane, [stream]);
    else of.push(stream);
  }
  return [...lanes.values()].flatMap((of) =>
    Array.from({ length: Math.ceil(of.length / size) }, (_, index) =>
      of.slice(index * size, (index + 1) * size),
    ),
  );
}
