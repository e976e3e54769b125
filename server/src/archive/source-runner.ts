import { setMaxListeners } from 'node:events';
import { logFailure } from '../log/log-failure.ts';
import { newId } from '../model/ids.ts';
import { SECOND_MS } from '../model/time-units.ts';
import { Shares } from '../shares/shares.ts';
import type { SourceRow } from '../sql/parts/source-row.ts';
import { takeSource } from '../sql/take-source.ts';
import { tryLock } from '../sql/try-lock.ts';
import type { ArchiveParts } from './archive-parts.ts';
import { SOURCE_LEASE_MS } from './source-hold.ts';
import { SourcePoller } from './source-poller.ts';

/** One small statement; a source of another node that died is found this much later. */
const LOOK_MS = SECOND_MS;

/**
 * Sources that one node polls at once: each has a request in flight, and a page of 100 rows or of 20
 * attempts in memory. The rest is for other nodes, or waits. An account has its share of them.
 */
const MOST_HELD = 16;

/** The advisory lock of takes ("src"). */
const TAKES = 0x737263;

/**
 * Takes sources that are due and that nobody holds, and polls each until its turn is over. A node that dies
 * keeps its sources for the rest of their leases; then any node goes on after the last transaction.
 */
export class SourceRunner {
  readonly #parts: ArchiveParts;
  readonly #held = new Map<
    string,
    { readonly accountId: number; readonly running: Promise<void> }
  >();
  readonly #shares = new Shares(MOST_HELD);
  readonly #stopping = new AbortController();
  readonly #trials = new Map<string, number>();
  readonly #turns = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #again = false;

  constructor(parts: ArchiveParts) {
    this.#parts = parts;
    // Each source listens while it waits and while it asks.
    setMaxListeners(0, this.#stopping.signal);
  }

  start(): void {
    this.#timer = setInterval(() => this.wake(), LOOK_MS);
    this.wake();
  }

  /** Looks for sources now: one was created or changed here. */
  wake(): void {
    if (this.#timer === undefined || this.#stopping.signal.aborted) return;
    if (this.#looking !== undefined) {
      this.#again = true;
      return;
    }
    this.#looking = this.#look()
      .catch((error: unknown) => logFailure(this.#parts.log, error, 'could not look for sources'))
      .finally(() => {
        this.#looking = undefined;
        if (!this.#again) return;
        this.#again = false;
        this.wake();
      });
  }

  /** Resolves when this node polls no source any more; their leases are returned. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    clearInterval(this.#timer);
    await this.#looking;
    await Promise.all([...this.#held.values()].map(({ running }) => running));
  }

  async #look(): Promise<void> {
    while (this.#held.size < MOST_HELD && !this.#stopping.signal.aborted) {
      const holder = newId(this.#parts.clock.now());
      const row = await this.#takeOne(holder);
      if (row === undefined) return;
      const { account_id: accountId } = row;
      this.#shares.take(accountId, 1);
      const running = this.#run(row, holder).finally(() => {
        this.#held.delete(holder);
        this.#shares.giveBack(accountId, 1);
      });
      this.#held.set(holder, { accountId, running });
    }
  }

  /** Takes take turns: two at once would wait for one row. */
  #takeOne(holder: string): Promise<SourceRow | undefined> {
    return this.#parts.database.transaction(async (runner) => {
      const [lock] = await runner.run(tryLock, TAKES);
      if (lock?.locked !== true) return undefined;
      const accounts = new Set([...this.#held.values()].map(({ accountId }) => accountId));
      const full = [...accounts].filter((accountId) => this.#shares.left(accountId) < 1);
      const [row] = await runner.run(takeSource, { holder, leaseMs: SOURCE_LEASE_MS, full });
      return row;
    });
  }

  async #run(row: SourceRow, holder: string): Promise<void> {
    const { signal } = this.#stopping;
    try {
      const trials = this.#trials;
      const turns = this.#turns;
      await new SourcePoller({ ...this.#parts, holder, row, signal, trials, turns }).run();
    } catch (error) {
      if (signal.aborted) return;
      // The lease expires, and any node takes it up.
      logFailure(this.#parts.log, error, `could not poll source ${row.name}`);
    }
  }
}
