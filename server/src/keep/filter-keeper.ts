import { performance } from 'node:perf_hooks';
import type { Logger } from 'pino';
import { keyBatches } from '../accept/key-batches.ts';
import type { Database, Runner } from '../database/database.ts';
import { searchKeysOf } from '../directory/search-keys-of.ts';
import type { Clock } from '../model/clock.ts';
import { SETTLED_MS } from '../model/settled-ms.ts';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../model/time-units.ts';
import { deleteOldFilters } from '../sql/delete-old-filters.ts';
import { deleteUnsettledFilters } from '../sql/delete-unsettled-filters.ts';
import { insertFilter } from '../sql/insert-filter.ts';
import { insertKeyBatches } from '../sql/insert-key-batches.ts';
import { readAccounts } from '../sql/read-accounts.ts';
import { readErasing } from '../sql/read-erasing.ts';
import { readFilterEnds } from '../sql/read-filter-ends.ts';
import { readLateIndex } from '../sql/read-late-index.ts';
import { readSnapshot } from '../sql/read-snapshot.ts';
import { readStaleFilter } from '../sql/read-stale-filter.ts';
import { replaceFilter } from '../sql/replace-filter.ts';
import { tryLock } from '../sql/try-lock.ts';
import { buildFilter } from './build-filter.ts';
import { nextSpan, SHORTEST_MS, type Span } from './next-span.ts';
import { SettledUntil } from './settled-until.ts';

interface Parts {
  readonly clock: Clock;
  /** Its own, with one connection. */
  readonly database: Database;
  /** The other machines that write to the trail, by their names: the workers of a Citus cluster. */
  readonly workers?: () => ReadonlyMap<string, Runner>;
  /** How long the oldest rows of the trail are kept. */
  readonly keptMs: number;
  readonly log: Logger;
}

const ROUND_MS = 30 * SECOND_MS;

/** Until what is settled is known: the first round only sees what is running. */
const FIRST_ROUNDS_MS = SECOND_MS;

/** A longer round leaves the rest to the next one. */
const FILTERS_AT_ONCE = 1_000;

/** An arbitrary number that nothing else locks in our database. */
const LOCK = 7_210_401_513;

/** A span with more rows is halved. */
const MOST_ROWS = 40_000;

/** A span that cannot be halved. */
const MOST_IN_SPAN = Number.MAX_SAFE_INTEGER - 1;

/**
 * A filter takes about a second of work. A busy node rests 39 times as long after it, so that filters
 * take a fortieth of a processor and follow 300 events a second; an idle one rests as long as it
 * worked.
 */
const RESTS_BUSY = 39;

/** The part of the time that the event loop of an idle node is busy. */
const IDLE = 0.3;

const DELETED_AT_ONCE = 100;

/**
 * Makes the filters of text search for spans of time that are settled, the newest first, and deletes
 * those of rows that are no longer kept. One node works at a time. A filter is one row, written in the
 * transaction that holds the lock: a kill at any moment leaves whole filters without a gap, and the next
 * round, of any node, goes on from there.
 */
export class FilterKeeper {
  readonly #parts: Parts;
  /** Of each machine that writes, by its name. */
  readonly #settled = new Map<string, SettledUntil>();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #wake: (() => void) | undefined;
  #stopped = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  start(): void {
    const round = () => {
      this.#running = this.round()
        .then(() => undefined)
        .catch((error: unknown) => {
          if (this.#stopped) return;
          this.#parts.log.warn({ err: error }, 'could not make a search filter; trying again');
        })
        .finally(() => {
          if (this.#stopped) return;
          const isFirst = this.#settledMs === undefined;
          this.#timer = setTimeout(round, isFirst ? FIRST_ROUNDS_MS : ROUND_MS);
        });
    };
    round();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#wake?.();
    await this.#running;
  }

  /** What nothing can be added before, on any machine. */
  get #settledMs(): number | undefined {
    let settledMs: number | undefined;
    for (const { ms } of this.#settled.values()) {
      if (ms === undefined) return undefined;
      settledMs = Math.min(ms, settledMs ?? ms);
    }
    return settledMs;
  }

  /**
   * Each machine has transactions of its own. One that does not answer may still write: nothing is settled.
   * Resolves to the earliest time of their clocks.
   */
  async #observe(): Promise<number> {
    const { database, workers } = this.#parts;
    const machines = new Map<string, Runner>([['', database], ...(workers?.() ?? [])]);
    for (const name of this.#settled.keys()) if (!machines.has(name)) this.#settled.delete(name);
    let earliestMs = Number.POSITIVE_INFINITY;
    for (const [name, runner] of machines) {
      const settled = this.#settled.get(name) ?? new SettledUntil();
      this.#settled.set(name, settled);
      for (const row of await runner.run(readSnapshot, undefined)) {
        settled.observe(row);
        earliestMs = Math.min(earliestMs, row.now_ms);
      }
    }
    return earliestMs;
  }

  /** Makes what filters it can; resolves to how many. */
  async round({ rests = true } = {}): Promise<number> {
    const { database } = this.#parts;
    await this.#observe();
    if (this.#settledMs === undefined) return 0;
    // Until then late attempts cannot be read by time.
    if (!(await database.run(readLateIndex, undefined))[0]?.ready) return 0;
    await this.#deleteOld();
    let made = 0;
    for (; made < FILTERS_AT_ONCE && !this.#stopped; made++) {
      const startedMs = performance.now();
      if (!(await this.#makeNext())) break;
      if (rests) await this.#rests(performance.now() - startedMs);
    }
    for (; made < FILTERS_AT_ONCE && !this.#stopped; made++) {
      const startedMs = performance.now();
      if (!(await this.#makeAgain())) break;
      if (rests) await this.#rests(performance.now() - startedMs);
    }
    return made;
  }

  /** Makes one filter; resolves to whether there was one to make, and nobody else makes it. */
  async #makeNext(): Promise<boolean> {
    const { clock, database, keptMs } = this.#parts;
    // Each time: a round may take hours, and the clock may be set back meanwhile.
    const nowMs = await this.#observe();
    const settledMs = this.#settledMs;
    if (settledMs === undefined) return false;
    return database.transaction(async (runner) => {
      if (!(await runner.run(tryLock, LOCK))[0]?.locked) return false;
      await this.#deleteUnsettled(runner, Math.floor(nowMs) - SETTLED_MS);
      const [oldest, newest] = await runner.run(readFilterEnds, undefined);
      // A partition is dropped up to a day after its rows are too old.
      const keptFromMs = clock.now() - keptMs - DAY_MS;
      let span = nextSpan({ oldest, newest, settledMs, keptFromMs });
      if (span === undefined) return false;
      const accounts = (await runner.run(readAccounts, undefined)).map((row) => ({
        id: row.id,
        keys: searchKeysOf(row),
      }));
      for (;;) {
        const lengthMs = span.untilMs - span.fromMs;
        const most = lengthMs > SHORTEST_MS ? MOST_ROWS : MOST_IN_SPAN;
        const built = await buildFilter({ database: runner, accounts }, span, most);
        if (built !== undefined) {
          const batches = keyBatches(built.unkeyed);
          if (batches.rows.length > 0) await runner.run(insertKeyBatches, { keyBatches: batches });
          // What was erased since it was read may be in it, and its erasure has not seen it: it is made again.
          const [erasing] = await runner.run(readErasing, undefined);
          await runner.run(insertFilter, { ...built.filter, stale: erasing?.at_work === true });
          return true;
        }
        span = halved(span);
      }
    });
  }

  /** Makes one filter again of whose span something was erased: it still says which words may be there. */
  #makeAgain(): Promise<boolean> {
    return this.#parts.database.transaction(async (runner) => {
      if (!(await runner.run(tryLock, LOCK))[0]?.locked) return false;
      const [stale] = await runner.run(readStaleFilter, undefined);
      if (stale === undefined) return false;
      const ids = (await runner.run(readAccounts, undefined)).map(({ id }) => ({ id, keys: [] }));
      const span = { fromMs: stale.from_ms, untilMs: stale.until_ms };
      const built = await buildFilter({ database: runner, accounts: ids }, span, MOST_IN_SPAN);
      if (built === undefined) throw new Error('a span has more rows than one can have');
      await runner.run(replaceFilter, { ...built.filter, staleUs: stale.stale_us });
      return true;
    });
  }

  /** A span of which a filter was made before the clock was set back gets rows again. */
  async #deleteUnsettled(runner: Runner, settledMs: number): Promise<void> {
    const early = { settledMs, limit: DELETED_AT_ONCE };
    while ((await runner.run(deleteUnsettledFilters, early)).length === DELETED_AT_ONCE) {
      // The next ones.
    }
  }

  async #deleteOld(): Promise<void> {
    const { clock, database, keptMs } = this.#parts;
    const keptFromMs = clock.now() - keptMs - 2 * DAY_MS;
    while (!this.#stopped) {
      const deleted = await database.run(deleteOldFilters, { keptFromMs, limit: DELETED_AT_ONCE });
      if (deleted.length < DELETED_AT_ONCE) break;
    }
  }

  /** Rests after work: as long again, in which it learns whether the node is busy with something else. */
  async #rests(workedMs: number): Promise<void> {
    const loop = performance.eventLoopUtilization();
    await this.#rest(workedMs);
    const { utilization } = performance.eventLoopUtilization(loop);
    if (utilization > IDLE) await this.#rest((RESTS_BUSY - 1) * workedMs);
  }

  #rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.min(ms, MINUTE_MS));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
      if (this.#stopped) this.#wake();
    });
  }
}

function halved({ fromMs, untilMs, isNewest }: Span): Span {
  const lengthMs = Math.max(SHORTEST_MS, Math.floor((untilMs - fromMs) / 2));
  return isNewest
    ? { fromMs, untilMs: fromMs + lengthMs, isNewest }
    : { fromMs: untilMs - lengthMs, untilMs, isNewest };
}
