import type { Runner } from '../database/database.ts';
import { findDeltas } from '../deltas/find-deltas.ts';
import { DAY_MS } from '../model/time-units.ts';
import type { DeltaRange } from '../sql/read-deltas.ts';
import { addDelta } from './add-delta.ts';
import type { FeedPlace, WriterPlace } from './feed-place.ts';
import { inOrder } from './in-order.ts';
import type { FeedStep } from './live-deltas.ts';
import { WINDOW } from './window.ts';

/** What was read of the past, and the place after it: that of the present once all was read. */
export interface Past {
  readonly steps: readonly FeedStep[];
  readonly place: FeedPlace;
}

interface Parts {
  /** Whether the tables are distributed over a Citus cluster; they are not by default. */
  readonly citus?: boolean;
  readonly database: Runner;
}

const UNREAD: WriterPlace = { next: 1, missing: new Map(), latestMs: 0 };

/**
 * Reads a part of what was read at the end of the stream (`live`) and not before `place`. What is missing
 * there is left out: it will be read there when it appears. Writers go on together in time, so that what
 * one of them did comes before what another did about it later.
 */
export async function readPast(
  { citus = false, database }: Parts,
  place: FeedPlace,
  live: FeedPlace,
): Promise<Past> {
  const ranges: DeltaRange[] = [];
  /** Of each writer, up to which number this reads; undefined: to the end. */
  const cuts = new Map<string, number>();
  for (const [writer, { next: end, missing }] of live.writers) {
    const known = place.writers.get(writer) ?? UNREAD;
    for (const number of known.missing.keys()) {
      if (number < end && !missing.has(number))
        ranges.push({ writer, first: number, last: number });
    }
    if (known.next >= end) continue;
    const last = Math.min(end, known.next + WINDOW) - 1;
    ranges.push({ writer, first: known.next, last });
    if (last < end - 1) cuts.set(writer, last);
  }
  if (ranges.length === 0) return { steps: [], place: arrived(place, live) };

  const wanted = { ranges, newSinceMs: live.atMs + AHEAD_MS, most: 0 };
  const found = await findDeltas(database, wanted, citus);
  const rows = found
    .filter(({ writer, number }) => live.writers.get(writer)?.missing.has(number) === false)
    .sort(inOrder);
  let untilMs = Number.POSITIVE_INFINITY;
  for (const [writer] of cuts) {
    const last = rows.findLast((row) => row.writer === writer);
    // Without a row none of these numbers has one: nothing follows that must wait for it.
    if (last !== undefined) untilMs = Math.min(untilMs, last.made_at.getTime());
  }
  const steps: FeedStep[] = [];
  let at: FeedPlace = { ...place, atMs: Math.max(place.atMs, rows[0]?.made_at.getTime() ?? 0) };
  for (const delta of rows) {
    const madeMs = delta.made_at.getTime();
    const isLate = delta.number < (place.writers.get(delta.writer) ?? UNREAD).next;
    if (madeMs > untilMs && !isLate) {
      const cut = cuts.get(delta.writer) ?? Number.POSITIVE_INFINITY;
      cuts.set(delta.writer, Math.min(cut, delta.number - 1));
      continue;
    }
    at = { ...at, atMs: Math.max(at.atMs, madeMs) };
    steps.push({ before: at, delta });
    at = addDelta(at, delta, live.atMs);
  }
  return { steps, place: cuts.size === 0 ? arrived(at, live) : settled(at, live, cuts) };
}

/** No writer has begun then. */
const AHEAD_MS = 7 * DAY_MS;

/** The end of the stream knows of every number below its own whether it has a delta. */
function settled(place: FeedPlace, live: FeedPlace, cuts: ReadonlyMap<string, number>): FeedPlace {
  const writers = new Map(place.writers);
  for (const [writer, end] of live.writers) {
    const known = writers.get(writer) ?? UNREAD;
    const cut = cuts.get(writer) ?? Number.POSITIVE_INFINITY;
    const next = Math.max(known.next, Math.min(end.next, cut + 1));
    const missing = [
      ...[...known.missing].filter(([number]) => number >= end.next || end.missing.has(number)),
      ...[...end.missing].filter(([number]) => number >= known.next && number < next),
    ];
    writers.set(writer, { next, missing: new Map(missing), latestMs: known.latestMs });
  }
  return { atMs: place.atMs, writers };
}

/** Where reading arrives at the end of the stream. */
function arrived(place: FeedPlace, live: FeedPlace): FeedPlace {
  return settled({ ...place, atMs: live.atMs }, live, new Map());
}
