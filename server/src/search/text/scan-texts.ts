import type { Runner } from '../../database/database.ts';
import { firstIdAt } from '../../model/ids.ts';
import { HOUR_MS, SECOND_MS } from '../../model/time-units.ts';
import { nextId } from '../../trail/next-id.ts';
import type { Found } from './found.ts';
import type { Window } from './open-window.ts';
import { idOfPosition, timeOfPosition, webhookOfPosition } from './search-position.ts';
import { type SearchScope, searchWindow } from './search-window.ts';
import type { FilterUse } from './windows.ts';

type Windows = AsyncIterable<Window> | Iterable<Window>;

interface Scan {
  /** What has to be read before a moment, newest first. */
  readonly windows: (untilMs: number) => Windows;
  /** Results have smaller positions. */
  readonly below: string;
  /** How many results are wanted in all. */
  readonly limit: number;
  readonly use: FilterUse;
}

/** What a step of a scan found, and how far the scan has come. */
export interface ScanStep {
  /** In the order of their positions, newest first. */
  readonly found: readonly Found[];
  /** All results from this position on were found. */
  readonly position: string;
  /** Events and attempts that were looked at, and their length. */
  readonly rows: number;
  readonly bytes: number;
}

/**
 * Without a filter everything has to be read: a step begins with the newest seconds, is longer after one
 * that read little, and shorter after one that read much, so that a step takes some 50 ms. A step is never
 * longer than 6 hours: after a month without anything it would cover months that may be full.
 */
const FIRST_STEP_MS = 15 * SECOND_MS;
const SHORTEST_STEP_MS = SECOND_MS;
const LONGEST_STEP_MS = 6 * HOUR_MS;
const LITTLE_BYTES = 4 * 1024 * 1024;
const MUCH_BYTES = 16 * 1024 * 1024;
const LONGER = 4;
/** Of a step that PostgreSQL ended for its length: from the longest to the shortest one in three tries. */
const MUCH_SHORTER = 64;

/** SQLSTATE: a statement took too long, or was cancelled. */
const QUERY_CANCELED = '57014';

/** Blocks beside each other are read together, up to so many, while they have little of the account. */
const MOST_BLOCKS = 64;

/**
 * Scans the texts of one family, newest first, and stops between statements: before each one it says
 * how far it has come, and after each one what that found.
 */
export async function* scanTexts(
  database: Runner,
  scope: SearchScope,
  { below, limit, use, windows }: Scan,
): AsyncGenerator<ScanStep, void> {
  const createdUntilMs = scope.created.at(-1)?.[1] ?? 0;
  let position = below;
  let wanted = limit;
  let stepMs = FIRST_STEP_MS;
  let together = 1;
  for await (const window of joined(windows(endMsOf(position)), () => together)) {
    for (let endMs = window.untilMs; endMs > window.fromMs; ) {
      position = smaller(position, firstIdAt(endMs));
      yield { found: [], position, rows: 0, bytes: 0 };
      const startMs = window.blocks > 0 ? window.fromMs : Math.max(window.fromMs, endMs - stepMs);
      const part = {
        ...window,
        fromMs: startMs,
        untilMs: endMs,
        events: window.events && startMs < createdUntilMs,
        early: window.early && startMs < createdUntilMs,
      };
      const result = await searchWindow(database, scope, part, position, wanted).catch((error) => {
        if (window.blocks > 0 || !isTooLong(error) || endMs - startMs <= SHORTEST_STEP_MS)
          throw error;
      });
      if (result === undefined) {
        stepMs = Math.max(SHORTEST_STEP_MS, Math.ceil((endMs - startMs) / MUCH_SHORTER));
        continue;
      }
      const { bytes, found, rows, stoppedAt } = result;
      wanted -= found.length;
      if (window.blocks > 0) {
        use.read += window.blocks;
        if (found.length === 0) use.empty += window.blocks;
      }
      position = stoppedAt;
      yield { found, position, rows, bytes };
      const isDone = stoppedAt <= firstIdAt(startMs);
      endMs = isDone ? startMs : endMsOf(position);
      if (bytes > MUCH_BYTES) stepMs = Math.max(SHORTEST_STEP_MS, Math.ceil(stepMs / 2));
      else if (bytes < LITTLE_BYTES && isDone) {
        stepMs = Math.min(LONGEST_STEP_MS, stepMs * LONGER);
      }
      together = bytes < LITTLE_BYTES / 8 ? Math.min(MOST_BLOCKS, together * 2) : 1;
    }
  }
}

/** The end of the millisecond of the newest id below a position. */
const endMsOf = (position: string): number =>
  timeOfPosition(
    webhookOfPosition(position) === undefined ? nextId(idOfPosition(position), -1) : position,
  ) + 1;

/** A caller that goes away aborts its session, which runs no further statement. */
const isTooLong = (error: unknown): boolean =>
  (error as { code?: unknown } | undefined)?.code === QUERY_CANCELED;

const smaller = (one: string, other: string): string => (one < other ? one : other);

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
