import type { Runner } from '../database/database.ts';
import { logFailure } from '../log/log-failure.ts';
import { firstIdAt, idTimeMs } from '../model/ids.ts';
import { LANES, laneOf } from '../model/lanes.ts';
import { HOUR_MS } from '../model/time-units.ts';
import { dropSource } from '../sql/delete-source.ts';
import { type RemovableSource, readRemovableSources } from '../sql/read-removable-sources.ts';
import { readSourceWebhooks } from '../sql/read-source-webhooks.ts';
import { removeArchivedEvents, removeArchivedInvocations } from '../sql/remove-archived-rows.ts';
import { removeReconciledRows, removeReconcileHours } from '../sql/remove-reconciled.ts';
import { tryLock } from '../sql/try-lock.ts';
import type { ArchiveParts } from './archive-parts.ts';

/** Each removal is one transaction of some milliseconds. */
const INVOCATIONS_AT_ONCE = 500;
const EVENTS_AT_ONCE = 2_000;
const RECONCILED_AT_ONCE = 5_000;

/** The advisory lock of removals ("rem"). */
const REMOVALS = 0x72656d;

const FIRST_ID = '0'.repeat(26);
const LAST_ID = `7${'Z'.repeat(25)}`;

/** PostgreSQL takes times up to here. */
const LAST_MS = Date.UTC(9999, 0);

/** Its rows are removed by another node at the moment. */
class Elsewhere extends Error {}

/**
 * Removes rows of sources that were deleted, and those that are older than the retention of their source, in
 * steps. The months of the archive are shared by all sources, so no partition goes with one of them.
 */
export class ArchiveKeeper {
  readonly #parts: Pick<ArchiveParts, 'clock' | 'database' | 'keptMs' | 'log'>;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #again = false;
  #stopped = false;

  constructor(parts: Pick<ArchiveParts, 'clock' | 'database' | 'keptMs' | 'log'>) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer = setInterval(() => this.wake(), HOUR_MS);
    this.wake();
  }

  /** Removes now: a source was deleted here. */
  wake(): void {
    if (this.#stopped || this.#timer === undefined) return;
    if (this.#running !== undefined) {
      this.#again = true;
      return;
    }
    this.#running = this.#remove()
      .catch((error: unknown) => {
        if (error instanceof Elsewhere) return;
        logFailure(this.#parts.log, error, 'could not remove archived rows; retrying in an hour');
      })
      .finally(() => {
        this.#running = undefined;
        if (!this.#again) return;
        this.#again = false;
        this.wake();
      });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  async #remove(): Promise<void> {
    const { clock, database, keptMs } = this.#parts;
    const keptId = Number.isFinite(keptMs)
      ? firstIdAt(Math.max(0, clock.now() - keptMs))
      : FIRST_ID;
    for (const source of await database.run(readRemovableSources, Number.isFinite(keptMs))) {
      if (this.#stopped) return;
      const { deleted, keep_months: months } = source;
      const ownId = months === null ? FIRST_ID : firstKept(clock.now(), months);
      const beforeId = [ownId, keptId].sort().at(-1) as string;
      await this.#removeReconciled(source, deleted ? LAST_ID : beforeId);
      // The retention of the archive drops its months.
      if (deleted || months !== null) await this.#removeRows(source, deleted ? LAST_ID : ownId);
      if (deleted && !this.#stopped) await database.run(dropSource, source.id);
    }
  }

  /** What was compared goes with the rows that it was compared of. */
  async #removeReconciled({ id: sourceId }: RemovableSource, before: string): Promise<void> {
    const { database } = this.#parts;
    const limit = RECONCILED_AT_ONCE;
    for (const { id: webhookId } of await database.run(readSourceWebhooks, sourceId)) {
      const params = { lane: laneOf(webhookId), webhookId, before, limit };
      for (let removed = limit; removed === limit && !this.#stopped; ) {
        removed = (await database.run(removeReconciledRows, params)).length;
      }
    }
    const beforeMs = Math.min(idTimeMs(before), LAST_MS);
    for (let removed = limit; removed === limit && !this.#stopped; ) {
      removed = (await database.run(removeReconcileHours, { sourceId, beforeMs, limit })).length;
    }
  }

  async #removeRows(
    { account_id: accountId, id: sourceId }: RemovableSource,
    before: string,
  ): Promise<void> {
    const { database } = this.#parts;
    for (const { id: webhookId } of await database.run(readSourceWebhooks, sourceId)) {
      for (let removed = INVOCATIONS_AT_ONCE; removed === INVOCATIONS_AT_ONCE; ) {
        if (this.#stopped) return;
        const limit = INVOCATIONS_AT_ONCE;
        const params = { lane: laneOf(webhookId), webhookId, before, limit };
        removed = await this.#alone(
          async (runner) => (await runner.run(removeArchivedInvocations, params)).length,
        );
      }
    }
    for (let lane = 0; lane < LANES; lane++) {
      for (let after: string | undefined = FIRST_ID; after !== undefined; ) {
        if (this.#stopped) return;
        const last: string | undefined = await this.#alone(async (runner) => {
          const limit = EVENTS_AT_ONCE;
          const params = { lane, accountId, sourceId, after: after as string, before, limit };
          return (await runner.run(removeArchivedEvents, params))[0]?.last_id;
        });
        after = last;
      }
    }
  }

  /** One node at a time. @throws Elsewhere */
  #alone<Result>(work: (runner: Runner) => Promise<Result>): Promise<Result> {
    return this.#parts.database.transaction(async (runner) => {
      const [lock] = await runner.run(tryLock, REMOVALS);
      if (lock?.locked !== true) throw new Elsewhere();
      return work(runner);
    });
  }
}

/** The smallest id of those that are kept: whole months, counted from this moment. */
function firstKept(nowMs: number, months: number): string {
  const at = new Date(nowMs);
  const day = at.getUTCDate();
  at.setUTCMonth(at.getUTCMonth() - months);
  // A month before March 31 is the last day of February, not March 3.
  if (at.getUTCDate() !== day) at.setUTCDate(0);
  return firstIdAt(Math.max(0, at.getTime()));
}
