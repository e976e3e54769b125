import type { Logger } from 'pino';
import type { Database } from '../../database/database.ts';
import { logFailure } from '../../log/log-failure.ts';
import type { Clock } from '../../model/clock.ts';
import { firstIdAt } from '../../model/ids.ts';
import { LANES } from '../../model/lanes.ts';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../model/time-units.ts';
import { findKeyLanes } from '../../sql/find-key-lanes.ts';
import { foldKeys } from '../../sql/fold-keys.ts';
import { mergeKeys } from './merge-keys.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Database;
  /** How long events are kept. */
  readonly keepMs: number;
  readonly log: Logger;
}

/**
 * What a lane may have unsorted until its entries are sorted: a look-up reads all of it, some 0.3 ms for
 * 1,024 rows of one event each. Sorting fewer entries at once makes rows of `key_block` that are not full,
 * and are written again more often.
 */
const MOST_ROWS = 1_024;
const MOST_ENTRIES = 4_096;

/** Or so long: where little is published, rows are few, and one look at all lanes a minute finds them. */
const OLDEST_MS = 10 * MINUTE_MS;

/**
 * A row with an id so much older than the sorting that left it unsorted was committed later than that: the
 * next sweep that finds it too old sorts it, as all that no node looks at again.
 */
const LATE_MS = 10 * SECOND_MS;

/** Entries of one statement: it takes some 5 ms, and a kill loses no more work than that. */
const ENTRIES_AT_ONCE = 4_096;

/** Rows of one statement, while nothing is known of how full they are. */
const FIRST_ROWS = 64;

/** A node of the index gets one row of each sorting: after so many, nodes with 32 rows are merged. */
const SORTINGS_BETWEEN_MERGES = 16;

/** What this node has written to a lane and not sorted yet. */
interface Unsorted {
  rows: number;
  entries: number;
  /** Since nodes of the index were merged; unknown at first. */
  sortings: number;
  /** Where the next sorting begins: rows before it were sorted. */
  from: string;
}

const BEGINNING = firstIdAt(0);

/**
 * Sorts what events are found by into the index of keys. Accepting writes it as it comes, one row for a
 * group of events (`key_batch`). This moves it to rows by hash (`key_block`), where a look-up reads one
 * range for each day. Any node may move any row: a move is one transaction, and rows that another node is
 * moving are left to it. So a node that dies at any step loses and repeats nothing.
 *
 * The index is a tree of nodes, each of which holds the hashes with the same first bits. A sorting gives
 * rows to the 64 nodes of the first level. A node of 32 rows gives its entries to the 64 nodes below it
 * (`mergeKeys`), so a look-up reads some 32 rows of each level at most, however many entries there are. An
 * entry is written two to four times, in rows of 64: 1 µs each time, and 30 bytes. A row for each entry,
 * with an index, took 5 µs and 145 bytes (docs/decisions/keys.md).
 */
export class KeyFolder {
  readonly #parts: Parts;
  readonly #lanes = Array.from(
    { length: LANES },
    (): Unsorted => ({
      rows: 0,
      entries: 0,
      sortings: SORTINGS_BETWEEN_MERGES,
      from: BEGINNING,
    }),
  );
  readonly #waiting = new Set<number>();
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#sweeping = this.sweep().catch((error: unknown) =>
        logFailure(this.#parts.log, error, 'could not look for keys to sort; trying in a minute'),
      );
    }, MINUTE_MS);
  }

  /** Ends after the statement that is running; other nodes, or the next start, go on from there. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#sweeping;
    await this.#running;
  }

  /** Hears of a row that this node has committed. */
  note(lane: number, entries: number): void {
    const unsorted = this.#of(lane);
    unsorted.rows++;
    unsorted.entries += entries;
    if (unsorted.rows >= MOST_ROWS || unsorted.entries >= MOST_ENTRIES) this.#sortSoon(lane);
  }

  /** Sorts what is old, or much, whichever node wrote it. */
  async sweep(): Promise<void> {
    const olderThan = firstIdAt(Math.max(0, this.#parts.clock.now() - OLDEST_MS));
    // Twice as many as a node lets wait: the nodes that wrote them come first.
    const found = await this.#parts.database.run(findKeyLanes, { olderThan, rows: 2 * MOST_ROWS });
    for (const { lane } of found) {
      this.#of(lane).from = BEGINNING;
      this.#sortSoon(lane);
    }
    await this.#running;
  }

  /** Sorts all of a lane. */
  async sort(lane: number): Promise<void> {
    this.#of(lane).from = BEGINNING;
    await this.#sortRest(lane);
  }

  /** Sorts what came to a lane since the last time. */
  async #sortRest(lane: number): Promise<void> {
    const { clock, database, keepMs } = this.#parts;
    const unsorted = this.#of(lane);
    const { from } = unsorted;
    const next = firstIdAt(Math.max(0, clock.now() - LATE_MS));
    let after = from;
    for (let limit = FIRST_ROWS; !this.#stopped; ) {
      const nowMs = clock.now();
      const before = { ...unsorted };
      const [sorted] = await database.run(foldKeys, {
        lane,
        after,
        days: daysOf(nowMs, keepMs),
        // The partition may be gone by the clock of another node.
        oldest: firstIdAt(Math.max(0, nowMs - keepMs + MINUTE_MS)),
        limit,
      });
      const { taken = 0, entries = 0, last_id } = sorted ?? {};
      const isAll = taken < limit;
      // Of all that was there nothing is left, though other nodes may have taken what this one wrote.
      unsorted.rows = Math.max(0, unsorted.rows - (isAll ? before.rows : taken));
      unsorted.entries = Math.max(0, unsorted.entries - (isAll ? before.entries : entries));
      if (taken > 0 && ++unsorted.sortings >= SORTINGS_BETWEEN_MERGES) {
        unsorted.sortings = 0;
        const isStopped = () => this.#stopped;
        await mergeKeys(database, { lane, dayMs: nowMs - DAY_MS, isOver: true }, isStopped);
        await mergeKeys(database, { lane, dayMs: nowMs, isOver: false }, isStopped);
      }
      if (isAll) {
        // A sweep may have set it back meanwhile.
        if (unsorted.from === from) unsorted.from = next;
        return;
      }
      after = last_id ?? after;
      limit = Math.min(MOST_ROWS, Math.ceil((ENTRIES_AT_ONCE * taken) / Math.max(taken, entries)));
    }
  }

  #of(lane: number): Unsorted {
    return this.#lanes[lane] as Unsorted;
  }

  #sortSoon(lane: number): void {
    if (this.#stopped) return;
    this.#waiting.add(lane);
    this.#running ??= this.#work().finally(() => {
      this.#running = undefined;
    });
  }

  /** One lane at a time: sorting takes one connection, and deliveries have the others. */
  async #work(): Promise<void> {
    for (;;) {
      const [lane] = this.#waiting;
      if (lane === undefined || this.#stopped) return;
      this.#waiting.delete(lane);
      await this.#sortRest(lane).catch((error: unknown) => {
        const unsorted = this.#of(lane);
        // Not again with the next event, but with the next sweep, or after as many events.
        Object.assign(unsorted, { rows: 0, entries: 0 });
        logFailure(this.#parts.log, error, 'could not sort keys; trying again in a minute');
      });
    }
  }
}

/** The first ids of the days that events may be of, in order; nodes' clocks may be ahead. */
function daysOf(nowMs: number, keepMs: number): string[] {
  const first = Math.floor(Math.max(0, nowMs - keepMs) / DAY_MS);
  const last = Math.floor(nowMs / DAY_MS) + 2;
  return Array.from({ length: last - first + 1 }, (_, index) =>
    firstIdAt((first + index) * DAY_MS),
  );
}
