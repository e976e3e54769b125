import type { Clock } from '../../model/clock.ts';
import { firstIdAt, idTimeMs } from '../../model/ids.ts';
import { MAX_SCHEDULE_MS } from '../../model/profiles.ts';
import { DAY_MS, HOUR_MS, SECOND_MS } from '../../model/time-units.ts';
import { Unavailable } from '../../model/unavailable.ts';
import { readLateIndex } from '../../sql/read-late-index.ts';
import { nextId } from '../../trail/next-id.ts';
import { filterMasks } from './filter-masks.ts';
import type { Found } from './found.ts';
import type { SearchRunner } from './resting.ts';
import { type SearchScope, searchWindow } from './search-window.ts';
import { type FilterUse, windows } from './windows.ts';

interface Parts {
  readonly clock: Clock;
  /** That of searches. */
  readonly database: SearchRunner;
  readonly retentionDays: number;
}

interface SearchRequest extends SearchScope {
  readonly limit: number;
  /** Results have smaller positions. */
  readonly after: string | undefined;
  /** Nothing can match. */
  readonly nothing: boolean;
}

/** Results, and what it took to find them. */
export interface SearchPage {
  readonly found: readonly Found[];
  /** Where to go on; absent at the end. */
  readonly after: string | undefined;
  /** All results of this span are on this page. */
  readonly covered: { readonly fromMs: number; readonly toMs: number };
  /** Events and attempts that were looked at, and their length. */
  readonly rows: number;
  readonly bytes: number;
  /** Blocks whose filters were asked, those that were read, and those without a result. */
  readonly filter: { readonly asked: number; readonly read: number; readonly empty: number };
}

/** What one answer takes at most, rests left out: then it ends early, with a cursor to go on. */
interface SearchBounds {
  readonly ms: number;
  readonly bytes: number;
}

const BOUNDS: SearchBounds = { ms: 1_500, bytes: 256 * 1024 * 1024 };

/** Ids may be of a time that this node has not reached yet. */
const AHEAD_MS = HOUR_MS;

/**
 * Without a filter everything has to be read: a step begins with the newest seconds, is longer after one
 * that read little, and shorter after one that read much, so that a step takes some 50 ms.
 */
const FIRST_STEP_MS = 15 * SECOND_MS;
const SHORTEST_STEP_MS = SECOND_MS;
const LITTLE_BYTES = 4 * 1024 * 1024;
const MUCH_BYTES = 16 * 1024 * 1024;
const LONGER = 4;

/** Blocks beside each other are read together, up to so many, while they have little of the account. */
const MOST_BLOCKS = 64;

/**
 * Searches texts, newest first. Events and early attempts stand at the creation of the event or the
 * invocation, late attempts at their recording. It misses nothing: a filter only says where nothing is,
 * and the present, which has none, is read.
 */
export async function searchText(
  { clock, database, retentionDays }: Parts,
  request: SearchRequest,
  bounds = BOUNDS,
): Promise<SearchPage> {
  const startedMs = performance.now();
  const nowMs = clock.now();
  const { accountId, after, created, limit, nothing, query } = request;
  // A day is dropped up to a day after its retention.
  const keptFromMs = nowMs - (retentionDays + 1) * DAY_MS - MAX_SCHEDULE_MS;
  const fromMs = Math.max(0, keptFromMs, created[0]?.[0] ?? 0);
  const top = firstIdAt(nowMs + AHEAD_MS);
  let position = after !== undefined && after < top ? after : top;
  const firstMs = after === undefined ? nowMs : idTimeMs(position);
  const createdUntilMs = created.at(-1)?.[1] ?? 0;
  const found: Found[] = [];
  const use: FilterUse = { blocks: 0 };
  let [rows, bytes, read, empty, steps] = [0, 0, 0, 0, 0];
  const page = (end: string | undefined): SearchPage => ({
    found,
    after: end,
    covered: { fromMs: end === undefined ? fromMs : idTimeMs(end), toMs: firstMs },
    rows,
    bytes,
    filter: { asked: use.blocks, read, empty },
  });
  if (nothing) return page(undefined);
  const [index] = await database.run(readLateIndex, undefined);
  if (!index?.ready) {
    throw new Unavailable('an index of attempts is still being made: search follows after it', 60);
  }

  const masks = filterMasks(query, accountId);
  const untilMs = idTimeMs(nextId(position, -1)) + 1;
  let stepMs = FIRST_STEP_MS;
  let together = 1;
  for await (const window of joined(
    windows(database, masks, { fromMs, untilMs }, use),
    () => together,
  )) {
    for (let endMs = window.untilMs; endMs > window.fromMs; ) {
      const startMs = window.blocks > 0 ? window.fromMs : Math.max(window.fromMs, endMs - stepMs);
      const isOver =
        performance.now() - startedMs - (database.restedMs ?? 0) > bounds.ms ||
        bytes > bounds.bytes;
      // Each answer comes further than the one before.
      if (isOver && steps > 0) return page(smaller(position, firstIdAt(endMs)));
      steps++;
      const result = await searchWindow(
        database,
        request,
        {
          ...window,
          fromMs: startMs,
          untilMs: endMs,
          events: window.events && startMs < createdUntilMs,
          early: window.early && startMs < createdUntilMs,
        },
        position,
        limit + 1 - found.length,
      );
      rows += result.rows;
      bytes += result.bytes;
      found.push(...result.found);
      if (window.blocks > 0) {
        read += window.blocks;
        if (result.found.length === 0) empty += window.blocks;
      }
      if (found.length > limit) {
        found.length = limit;
        return page((found.at(-1) as Found).position);
      }
      position = result.stoppedAt;
      const isDone = result.stoppedAt <= firstIdAt(startMs);
      if (isDone) endMs = startMs;
      else endMs = idTimeMs(nextId(position, -1)) + 1;
      if (result.bytes > MUCH_BYTES) stepMs = Math.max(SHORTEST_STEP_MS, stepMs / 2);
      else if (result.bytes < LITTLE_BYTES && isDone) stepMs *= LONGER;
      together = result.bytes < LITTLE_BYTES / 8 ? Math.min(MOST_BLOCKS, together * 2) : 1;
    }
  }
  return page(undefined);
}

const smaller = (one: string, other: string): string => (one < other ? one : other);

type Windows = ReturnType<typeof windows>;
type Window = Windows extends AsyncGenerator<infer One> ? One : never;

/** Joins blocks that follow each other, up to as many as `most` says. */
async function* joined(all: Windows, most: () => number): AsyncGenerator<Window> {
  let held: Window | undefined;
  for await (const window of all) {
    if (held === undefined) held = window;
    else if (
      held.blocks > 0 &&
      window.blocks > 0 &&
      held.fromMs === window.untilMs &&
      held.blocks < most()
    ) {
      held = {
        fromMs: window.fromMs,
        untilMs: held.untilMs,
        events: held.events || window.events,
        early: held.early || window.early,
        late: held.late || window.late,
        blocks: held.blocks + window.blocks,
      };
    } else {
      yield held;
      held = window;
    }
  }
  if (held !== undefined) yield held;
}
