import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import type { Database } from '../database/database.ts';
import type { Clock } from '../model/clock.ts';
import { newId } from '../model/ids.ts';
import { DAY_MS, HOUR_MS } from '../model/time-units.ts';
import { Unavailable } from '../model/unavailable.ts';
import { insertWriter } from '../sql/insert-writer.ts';
import type { DeltaMark } from '../sql/parts/delta-mark.ts';
import { voidDelta } from '../sql/void-delta.ts';
import { DeltaNumbers } from './delta-numbers.ts';

interface Parts {
  readonly clock: Clock;
  /** Appends no deltas itself. */
  readonly database: Database;
  readonly log: Logger;
}

/** A writer of one day. */
interface Span {
  readonly id: string;
  readonly day: number;
  readonly numbers: DeltaNumbers;
  latestMs: number;
}

/** A mark, and whose numbers it is of. */
interface Taken {
  readonly mark: DeltaMark;
  readonly span: Span;
}

/**
 * How far into the next day a writer may go on while its successor is made known. Partitions are kept
 * for a day longer.
 */
const OVERTIME_MS = HOUR_MS;

/** No statement was sent: no connection was made, none became free, or the server takes none. */
const NOT_SENT =
  /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|timeout exceeded when trying to connect|^57P03|^53300/;

/** SQLSTATE. */
const UNIQUE_VIOLATION = '23505';

/**
 * Numbers what this process records. Each recording statement gets the next number and appends its delta
 * under it, so a reader can tell what it has not seen yet: a transaction that stays open delays nobody
 * who reads the others.
 *
 * taken -> sent -> written | rolled back | unknown -> void, or written after all
 *
 * When the database does not say what became of a statement, its number is settled by writing a void
 * delta under it: one of both gets the key. Nothing is guessed from time.
 *
 * A writer is of one day, that of its partition. The next one is made known before its first delta.
 */
export class DeltaWriter {
  readonly #parts: Parts;
  #span: Span | undefined;
  #beginning: Promise<Span> | undefined;
  readonly #unknown: Taken[] = [];
  #settling: Promise<void> | undefined;
  readonly #stopping = new AbortController();
  #count = 0;
  /** Called when a delta was committed. */
  onAppended: () => void = () => undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** How many deltas were written. */
  get count(): number {
    return this.#count;
  }

  /** Runs a statement that appends a delta in a lane. */
  async append<T>(lane: number, run: (mark: DeltaMark) => Promise<T>): Promise<T> {
    for (;;) {
      const taken = await this.#take(lane);
      try {
        const result = await run(taken.mark);
        this.#written(taken);
        this.onAppended();
        return result;
      } catch (error) {
        if (isVoided(error)) {
          // It was slow for so long that somebody else voided its number: again under the next.
          this.#written(taken);
          continue;
        }
        this.#failed([taken], error);
        throw error;
      }
    }
  }

  /** Runs a transaction of which some statements append deltas; `take` gives each its mark. */
  async appendAll<T>(run: (take: (lane: number) => Promise<DeltaMark>) => Promise<T>): Promise<T> {
    const all: Taken[] = [];
    try {
      const result = await run(async (lane) => {
        const taken = await this.#take(lane);
        all.push(taken);
        return taken.mark;
      });
      for (const taken of all) this.#written(taken);
      if (all.length > 0) this.onAppended();
      return result;
    } catch (error) {
      const reason = isVoided(error)
        ? new Unavailable('a transaction took too long to be recorded', 1, { cause: error })
        : error;
      this.#failed(all, reason);
      throw reason;
    }
  }

  /** Gives up what is unknown: a reader voids it later. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#settling;
  }

  async #take(lane: number): Promise<Taken> {
    const nowMs = this.#parts.clock.now();
    const day = Math.floor(nowMs / DAY_MS);
    let span = this.#span;
    if (span === undefined || span.day !== day) {
      const next = this.#begin(day);
      const isLate = span === undefined || nowMs > (span.day + 1) * DAY_MS + OVERTIME_MS;
      if (isLate) span = await next;
      else next.catch(() => undefined); // the statement after this one tries again
    }
    const taken = (span as Span).numbers.take();
    (span as Span).latestMs = Math.max((span as Span).latestMs, nowMs);
    const { id: writer, latestMs: madeAtMs } = span as Span;
    return { span: span as Span, mark: { lane, writer, ...taken, madeAtMs } };
  }

  #begin(day: number): Promise<Span> {
    const { clock, database } = this.#parts;
    this.#beginning ??= (async () => {
      const id = newId(clock.now());
      await database.run(insertWriter, id);
      this.#span = { id, day, numbers: new DeltaNumbers(), latestMs: 0 };
      return this.#span;
    })().finally(() => {
      this.#beginning = undefined;
    });
    return this.#beginning;
  }

  #written({ mark, span }: Taken): void {
    this.#count++;
    span.numbers.written(mark.number);
  }

  #failed(all: readonly Taken[], error: unknown): void {
    if (error instanceof Unavailable && !NOT_SENT.test(describe(error.cause))) {
      this.#unknown.push(...all);
      this.#settling ??= this.#settle().finally(() => {
        this.#settling = undefined;
      });
      return;
    }
    // The last first: then all of them can be taken again.
    for (const { mark, span } of all.toReversed()) span.numbers.rolledBack(mark.number);
  }

  /** Voids what is unknown, one after the other; what must wait for the database goes to the end. */
  async #settle(): Promise<void> {
    const { database, log } = this.#parts;
    const { signal } = this.#stopping;
    let waitMs = 50;
    for (;;) {
      const taken = this.#unknown.shift();
      if (taken === undefined || signal.aborted) return;
      try {
        await database.run(voidDelta, { mark: taken.mark });
        this.#written(taken);
        waitMs = 50;
      } catch (error) {
        if (!(error instanceof Unavailable)) log.error({ err: error }, 'could not void a delta');
        this.#unknown.push(taken);
        await sleep(waitMs, undefined, { signal }).catch(() => undefined);
        waitMs = Math.min(2 * waitMs, 2_000);
      }
    }
  }
}

function describe(error: unknown): string {
  const { code, message } = (error ?? {}) as { code?: string; message?: string };
  return `${code} ${message}`;
}

/**
 * The table may be a partition (`delta_20261130`), or one of a shard (`delta_20261130_102301`). A coordinator of Citus
 * passes the message on, which names the constraint, and nothing else.
 */
function isVoided(error: unknown): boolean {
  return (
    error instanceof pg.DatabaseError &&
    error.code === UNIQUE_VIOLATION &&
    (error.table === undefined
      ? /"delta(?:_\d+)*_pkey(?:_\d+)?"/.test(error.message)
      : /^delta(?:_\d+)*$/.test(error.table))
  );
}
