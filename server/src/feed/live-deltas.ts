import type { Runner } from '../database/database.ts';
import { findDeltas } from '../deltas/find-deltas.ts';
import type { Clock } from '../model/clock.ts';
import { HOUR_MS } from '../model/time-units.ts';
import { readDeltaNumbers } from '../sql/read-delta-numbers.ts';
import type { DeltaRow } from '../sql/read-deltas.ts';
import { readLastDelta } from '../sql/read-last-delta.ts';
import { readWriters } from '../sql/read-writers.ts';
import { addDelta } from './add-delta.ts';
import type { FeedPlace, WriterPlace } from './feed-place.ts';
import { inOrder } from './in-order.ts';
import { WINDOW } from './window.ts';
import { WRITERS_MS } from './writers-ms.ts';

interface Parts {
  /** Whether the tables are distributed over a Citus cluster; they are not by default. */
  readonly citus?: boolean;
  readonly clock: Clock;
  readonly database: Runner;
}

/** A delta, and the place before it. */
export interface FeedStep {
  readonly before: FeedPlace;
  readonly delta: DeltaRow;
}

/** What one look at the end of the stream found. */
export interface Look {
  readonly steps: readonly FeedStep[];
  /** More may be there already. */
  readonly more: boolean;
}

/**
 * A number that is missing for so long will not appear: a statement ends after 20 s, and what became of
 * it is settled soon afterwards.
 */
const GIVE_UP_MS = HOUR_MS;

/**
 * Reads deltas as they are committed, each once: of each writer those above the highest known number, and
 * those that are missing below it. So a transaction that stays open delays nobody: its number is missing,
 * and is asked for until it appears or cannot any more.
 *
 * A number cannot appear any more when a delta says that none below it was in flight, and the number is
 * still missing in a statement that begins afterwards. On a Citus cluster one statement does not see all
 * shards at one moment, so the statement that shows that delta does not count.
 */
export class LiveDeltas {
  readonly #parts: Parts;
  #place: FeedPlace = { atMs: 0, writers: new Map() };
  /** By writer, the highest `low` that was seen. */
  readonly #lows = new Map<string, number>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The place after all that was returned. */
  get place(): FeedPlace {
    return this.#place;
  }

  /** Goes to the end of the stream as it is now. */
  async start(): Promise<void> {
    const { clock, database } = this.#parts;
    const nowMs = clock.now();
    const ids = await database.run(readWriters, { sinceMs: nowMs - WRITERS_MS });
    const writers = new Map<string, WriterPlace>();
    this.#lows.clear();
    for (const { id: writer } of ids) {
      const [last] = await database.run(readLastDelta, { writer });
      if (last === undefined) continue;
      const { low, number, made_at: madeAt } = last;
      const missing = new Map<number, number>();
      if (low < number) {
        const read = { writer, first: low, last: number - 1 };
        const there = await database.run(readDeltaNumbers, read);
        for (let one = low; one < number; one++) missing.set(one, nowMs);
        for (const one of there) missing.delete(one.number);
      }
      writers.set(writer, { next: number + 1, missing, latestMs: madeAt.getTime() });
    }
    this.#place = { atMs: nowMs, writers };
  }

  /** Reads what was committed since. */
  async look(): Promise<Look> {
    const { citus = false, clock, database } = this.#parts;
    const nowMs = clock.now();
    const ranges = [...this.#place.writers].flatMap(([writer, { next, missing }]) => [
      { writer, first: next, last: next + WINDOW - 1 },
      ...[...missing.keys()].map((number) => ({ writer, first: number, last: number })),
    ]);
    const wanted = { ranges, newSinceMs: nowMs - WRITERS_MS, most: WINDOW };
    const rows = await findDeltas(database, wanted, citus);
    rows.sort(inOrder);
    const known = this.#place;
    const steps: FeedStep[] = [];
    let place: FeedPlace = { ...known, atMs: nowMs };
    let more = false;
    for (const delta of rows) {
      steps.push({ before: place, delta });
      place = addDelta(place, delta, nowMs);
      more ||= delta.number >= (known.writers.get(delta.writer)?.next ?? 1) + WINDOW / 2;
    }
    this.#place = this.#withoutGivenUp(place, nowMs);
    for (const { writer, low } of rows) {
      this.#lows.set(writer, Math.max(low, this.#lows.get(writer) ?? 0));
    }
    return { steps, more };
  }

  #withoutGivenUp(place: FeedPlace, nowMs: number): FeedPlace {
    const writers = new Map<string, WriterPlace>();
    for (const [writer, one] of place.writers) {
      const low = this.#lows.get(writer) ?? 0;
      const missing = new Map(
        [...one.missing].filter(
          ([number, sinceMs]) => number >= low && sinceMs > nowMs - GIVE_UP_MS,
        ),
      );
      // Its partition goes, and with it every delta that it may still have.
      const isGone = one.latestMs < nowMs - WRITERS_MS && missing.size === 0;
      if (isGone) this.#lows.delete(writer);
      else writers.set(writer, missing.size === one.missing.size ? one : { ...one, missing });
    }
    return { atMs: place.atMs, writers };
  }
}
