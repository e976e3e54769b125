import type { InvocationFilter } from '../sql/parts/invocation-filter.ts';
import type { Family } from '../sql/parts/trail-family.ts';
import type { TrailRow } from '../sql/read-created-invocations.ts';
import { chunksOfStreams } from './chunks-of-streams.ts';
import { isNearer } from './is-nearer.ts';
import type { Position } from './page.ts';

/** What a page may still read. */
export interface ReadBudget {
  rows: number;
  /** Whether the time is over. */
  readonly isOver: () => boolean;
}

/** One range of an index for each of its days, in the order of the list. */
export interface Stream {
  readonly webhookId: string;
  readonly family: Family;
  /** The round in which it is read first. */
  readonly round: number;
  /** All of it up to here was read; no row of it is nearer. */
  place: Position;
  /** It may have rows beyond. */
  open: boolean;
}

/** What one statement found. */
export interface StreamsRead<Chunk extends Stream> {
  /** The rows that match. */
  readonly rows: readonly TrailRow[];
  /** How far streams were read: all that may have a row that is nearer than the last of a whole page. */
  readonly marks: readonly {
    readonly stream: Chunk;
    readonly place: Position;
    readonly read: number;
  }[];
  /** How many rows were read, also those that do not match. */
  readonly read: number;
  /** How many streams they are of. */
  readonly streams: number;
}

interface Merge<Chunk extends Stream> {
  readonly streams: readonly Chunk[];
  readonly filter: InvocationFilter;
  readonly descending: boolean;
  readonly limit: number;
  readonly budget: ReadBudget;
  /** Whether a statement reads the streams of one lane only. */
  readonly oneLane: boolean;
  readonly positionOf: (row: TrailRow) => Position;
  /** Reads up to `most` rows of each, all of one family; none are needed beyond `last`. */
  readonly read: (
    chunk: readonly Chunk[],
    most: number,
    last: Position | undefined,
  ) => Promise<StreamsRead<Chunk>>;
}

/** The matches of the streams, nearest first. */
export interface Merged {
  readonly rows: readonly TrailRow[];
  /** The budget ended: matches are complete up to this place. Undefined when all or the page ended. */
  readonly stoppedAt: Position | undefined;
}

/**
 * Rows that one statement reads at most: 5,000 take about 10 ms, so that the time of a page is checked
 * often enough, and they fit into the memory of a sort.
 */
const STATEMENT_ROWS = 5_000;

/** Streams of one statement at most, at about 10 µs for each of their days. */
const STATEMENT_STREAMS = 500;

/** Comparing a row with this many patterns costs about as much as reading it. */
const PATTERNS_OF_A_ROW = 10;

/** Statements at once: the pool of lists has six connections, for all of its callers. */
const AT_ONCE = 2;

/**
 * A page with a filter begins with this many rows of all streams, and reads more where few match; of
 * each with at least so many, because a probe costs more than three rows. With ten of each, a page of
 * 100 over 1,000 webhooks read 10,000 rows before it knew that most of what it reads matches.
 */
const FIRST_ROWS = 500;
const FIRST_ROWS_EACH = 3;

/** Later rounds read at least so many of each: a statement costs more than ten rows. */
const MORE_ROWS_EACH = 10;

/** Streams differ: half as many rows again as expected, and at least those of a tenth of a page. */
const SPARE = 1.5;
const LEAST_MISSING = 0.1;

/**
 * Merges streams of invocations. The first rounds read a few rows of each. Then only those are read on
 * that may still hold one of the `limit` nearest matches: the streams that were read less far than the
 * last of these. Streams that came to their end are never asked again.
 *
 * When the budget ends, the page ends where the stream that was read least far has come. The first
 * rounds always complete, so each call comes further by a row at least.
 */
export async function mergeStreams<Chunk extends Stream>(merge: Merge<Chunk>): Promise<Merged> {
  const { budget, descending, filter, limit, oneLane, positionOf, streams } = merge;
  const nearer = (one: Position, other: Position) => isNearer(one, other, descending);
  const patterns =
    (filter.types?.length ?? 0) + (filter.notTypes?.length ?? 0) + filter.moreTypes.length;
  const statementRows = Math.max(
    100,
    Math.floor(STATEMENT_ROWS / (1 + patterns / PATTERNS_OF_A_ROW)),
  );
  const firstRounds = streams.reduce((rounds, { round }) => Math.max(rounds, round + 1), 1);
  const seen = new Set<string>();
  let found: TrailRow[] = [];
  let rowsRead = 0;
  const filtered = Object.values(filter).some((one) => (Array.isArray(one) ? one.length > 0 : one));
  const fair = Math.ceil((filtered ? FIRST_ROWS : 2 * limit) / streams.length) + 1;
  const share = Math.max(1, Math.floor(budget.rows / streams.length));
  let most = filtered
    ? Math.min(Math.max(fair, FIRST_ROWS_EACH), share, statementRows)
    : Math.min(fair, share, limit);

  /** How many rows of each stream have the rest of the page, if matches are as frequent as so far. */
  function expected(count: number): number {
    const missing = Math.max(limit - seen.size, limit * LEAST_MISSING);
    const rows = seen.size === 0 ? Number.POSITIVE_INFINITY : (missing * rowsRead) / seen.size;
    return Math.max(MORE_ROWS_EACH, Math.ceil((rows * SPARE) / count));
  }

  const last = () => {
    const row = found[limit - 1];
    return row && positionOf(row);
  };

  async function read(chosen: readonly Chunk[], rows: number, complete: boolean): Promise<void> {
    const size = Math.min(STATEMENT_STREAMS, Math.ceil(statementRows / rows));
    const chunks = chunksOfStreams(chosen, size, oneLane);
    const end = last();
    const next = async (): Promise<void> => {
      for (;;) {
        if (!complete && (budget.isOver() || budget.rows <= 0)) return;
        const chunk = chunks.pop();
        if (chunk === undefined) return;
        // Reserved before it is read: the other one must not spend it too.
        budget.rows -= rows * chunk.length;
        take(chunk, rows, await merge.read(chunk, rows, end));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
  }

  function take(chunk: readonly Chunk[], rows: number, result: StreamsRead<Chunk>): void {
    // A stream costs its probe, or the rows that were read.
    budget.rows += (rows - 1) * chunk.length;
    budget.rows -= result.read - result.streams;
    rowsRead += result.read;
    for (const stream of chunk) stream.open = false;
    for (const { stream, place, read: count } of result.marks) {
      stream.open = count >= rows;
      stream.place = place;
    }
    for (const row of result.rows) {
      // A row that moved ahead in the order between two statements was read before.
      const key = `${row.webhook_id} ${row.id}`;
      if (seen.has(key)) continue;
      seen.add(key);
      found.push(row);
    }
  }

  for (let round = 0; ; round++) {
    found.sort((one, other) => (nearer(positionOf(one), positionOf(other)) ? -1 : 1));
    found = found.slice(0, limit);
    const end = last();
    const isFirst = round < firstRounds;
    const behind = streams.filter(
      (stream) =>
        stream.open &&
        (!isFirst || stream.round === round) &&
        (end === undefined || nearer(stream.place, end)),
    );
    if (behind.length === 0) {
      if (isFirst) continue;
      return { rows: found, stoppedAt: undefined };
    }
    if (!isFirst && (budget.isOver() || budget.rows <= 0)) {
      const stoppedAt = behind.reduce(
        (least, { place }) => (nearer(place, least) ? place : least),
        (behind[0] as Stream).place,
      );
      return {
        rows: found.filter((row) => !nearer(stoppedAt, positionOf(row))),
        stoppedAt,
      };
    }
    // If all are much to read, those that are furthest behind: what the others are read on would be read
    // again by the next page.
    behind.sort((one, other) => (nearer(one.place, other.place) ? -1 : 1));
    const few = isFirst || behind.length * most <= statementRows;
    const chosen = few ? behind : behind.slice(0, Math.max(8, behind.length / 2));
    const room = Math.max(1, Math.floor(budget.rows / chosen.length));
    await read(chosen, isFirst ? most : Math.min(most, room), isFirst);
    if (round < firstRounds - 1) continue;
    most = filtered
      ? Math.min(most * 8, statementRows, expected(chosen.length))
      : Math.min(most * 4, limit);
  }
}
