import type { Logger } from 'pino';
import type { Database } from '../database/database.ts';
import { advance } from '../deltas/advance.ts';
import { findUnfolded } from '../deltas/find-unfolded.ts';
import { settleMissing } from '../deltas/settle-missing.ts';
import { logFailure } from '../log/log-failure.ts';
import type { Clock } from '../model/clock.ts';
import { newId } from '../model/ids.ts';
import { MINUTE_MS } from '../model/time-units.ts';
import { deleteRollupDue } from '../sql/delete-rollup-due.ts';
import { foldDeltas } from '../sql/fold-deltas.ts';
import { lockWriter } from '../sql/lock-writer.ts';
import { makeRollupDay, makeRollupHour } from '../sql/make-rollups.ts';
import { moveWriter } from '../sql/move-writer.ts';
import { type DeltaMarkRow, readDeltaMarks } from '../sql/read-delta-marks.ts';
import { type RollupDue, readRollupDue } from '../sql/read-rollup-due.ts';

interface Parts {
  /** Whether the tables are distributed over a Citus cluster; they are not by default. */
  readonly citus?: boolean;
  readonly clock: Clock;
  readonly database: Database;
  /** How many deltas this node has written: while it stands still, there is nothing of its own to fold. */
  readonly written: () => number;
  readonly log: Logger;
}

/** Deltas, and attempts, of one transaction: a fifth of a second of the database's time. */
const DELTAS_AT_ONCE = 1_000;
const ATTEMPTS_AT_ONCE = 40_000;

/** An id in an array. */
const ID_BYTES = 16;

/**
 * A fold adds a row for each webhook and minute, so folding seldom is cheap, and reading what is not
 * folded is as dear as it is old. At 1,000 events a second these are 10,000 attempts: a read of 15 ms.
 */
const FOLD_EVERY_MS = 10_000;

/** How often a node looks for what nodes left behind that are gone, and for hours that have ended. */
const SWEEP_EVERY_MS = MINUTE_MS;

/**
 * Folds the deltas of all nodes into rollups:
 *
 * deltas -> minutes, each once -> hours and days, made when they have ended
 *
 * The position of a writer moves in the transaction that counts what it passes, under a lock that one
 * node has. So a node that is killed at any step has counted and moved, or neither. Hours and days are
 * made out of the finer rows as a whole: making one again changes nothing.
 */
export class Folding {
  readonly #parts: Parts;
  #timers: NodeJS.Timeout[] = [];
  #running: Promise<void> = Promise.resolve();
  #busy = false;
  #stopped = false;
  #writtenBefore = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  start(): void {
    this.#timers = [
      setInterval(() => {
        const written = this.#parts.written();
        if (written === this.#writtenBefore) return;
        this.#run(async () => {
          await this.fold();
          this.#writtenBefore = written;
        });
      }, FOLD_EVERY_MS),
      setInterval(() => this.#run(() => this.sweep()), SWEEP_EVERY_MS),
    ];
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers) clearInterval(timer);
    await this.#running;
  }

  #run(work: () => Promise<void>): void {
    if (this.#busy || this.#stopped) return;
    this.#busy = true;
    this.#running = work()
      .catch((error: unknown) => {
        logFailure(this.#parts.log, error, 'could not fold deltas into rollups; trying again');
      })
      .finally(() => {
        this.#busy = false;
      });
  }

  /** Folds everything that can be seen, of all writers. */
  async fold(): Promise<void> {
    const { citus = false, database } = this.#parts;
    for (const { id, missing } of await findUnfolded(database, 0, citus)) {
      await settleMissing(database, id, missing);
      while (!this.#stopped && (await this.#foldSome(id))) {}
    }
  }

  /** Folds, and makes the hours and days that have ended. */
  async sweep(): Promise<void> {
    await this.fold();
    for (const unit of ['hour', 'day'] as const) {
      for (const due of await this.#parts.database.run(readRollupDue, undefined)) {
        if (this.#stopped) return;
        if (due.unit === unit) await this.#make(due);
      }
    }
  }

  /** Resolves to whether there may be more. */
  #foldSome(id: string): Promise<boolean> {
    const { clock, database } = this.#parts;
    return database.transaction(async (runner) => {
      const [writer] = await runner.run(lockWriter, id);
      if (writer === undefined) return false;
      const { next_number: next, missing, low } = writer;
      const position = { next, missing, low };
      const visible = await runner.run(readDeltaMarks, {
        writer: id,
        next,
        missing,
        limit: DELTAS_AT_ONCE,
      });
      const { numbers, ...moved } = advance(position, firstOf(visible));
      if (numbers.length === 0 && moved.missing.length === missing.length) return false;
      // What could be seen then can be seen now: nothing but the removal of a day deletes deltas.
      const late = numbers.filter((number) => number < next).map((number) => [number]);
      for (const some of [...late, numbers.slice(late.length)]) {
        if (some.length === 0) continue;
        await runner.run(foldDeltas, { writer: id, numbers: some, fold: newId(clock.now()) });
      }
      await runner.run(moveWriter, { id, ...moved });
      return moved.next > next;
    });
  }

  #make({ at, lane, unit }: RollupDue): Promise<void> {
    return this.#parts.database.transaction(async (runner) => {
      const taken = await runner.run(deleteRollupDue, { at, lane, unit });
      if (taken.length === 0) return;
      await runner.run(unit === 'hour' ? makeRollupHour : makeRollupDay, { lane, at });
    });
  }
}

/** As many of the first as one transaction takes, one at least. */
function firstOf(visible: readonly DeltaMarkRow[]): DeltaMarkRow[] {
  const first = visible.toSorted((one, other) => one.number - other.number);
  let bytes = 0;
  const end = first.findIndex((row) => {
    bytes += row.bytes;
    return bytes > ID_BYTES * ATTEMPTS_AT_ONCE;
  });
  return end < 0 ? first : first.slice(0, end + 1);
}
