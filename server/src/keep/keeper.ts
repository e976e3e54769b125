import type { Logger } from 'pino';
import { changeKeys } from '../database/change-keys.ts';
import type { Database, Runner } from '../database/database.ts';
import { findUnfolded } from '../deltas/find-unfolded.ts';
import { writeAudit } from '../directory/audit/write-audit.ts';
import type { Clock } from '../model/clock.ts';
import { firstIdAt, idTimeMs } from '../model/ids.ts';
import { LANES } from '../model/lanes.ts';
import { DAY_MS, HOUR_MS } from '../model/time-units.ts';
import { deleteExpiredKeys } from '../sql/delete-expired-keys.ts';
import { deleteOldAudit } from '../sql/delete-old-audit.ts';
import { deleteOldDays, deleteOldHours } from '../sql/delete-old-rollups.ts';
import { deleteOldWriters } from '../sql/delete-old-writers.ts';
import { forgetWebhooks } from '../sql/forget-webhooks.ts';
import { readRollupDue } from '../sql/read-rollup-due.ts';
import { expireJobs } from './expire-jobs.ts';
import { type KeepMs, keepPartitions, type WaitingOfDay } from './partitions.ts';

interface Parts {
  /** Whether the tables are distributed over a Citus cluster; they are not by default. */
  readonly citus?: boolean;
  readonly clock: Clock;
  readonly database: Database;
  readonly databaseUrl: string;
  readonly keepMs: KeepMs;
  /** Of this machine, where `clock` is that of the database: by default, the one of the process. */
  readonly machineClock?: Clock;
  readonly rollupKeepMs: number;
  readonly log: Logger;
}

const MACHINE_CLOCK: Clock = { now: Date.now };

/** Partitions exist this far ahead. If no node runs for longer, nothing is written either. */
const DAYS_AHEAD = 3;

const KEYS_AT_ONCE = 5_000;

/**
 * How long `stop` waits for creating or dropping partitions, which may wait for other transactions.
 */
const PATIENCE_MS = 5_000;

/** Long enough to look up last year's changes, short enough to keep the table small. */
const AUDIT_MS = 400 * DAY_MS;

const AUDIT_AT_ONCE = 1_000;

const WEBHOOKS_AT_ONCE = 1_000;

/**
 * Enforces the retention of the trail: creates partitions ahead, drops expired ones, and deletes
 * old keys, audit rows and what is left of deleted webhooks. Beside that it changes primary keys and
 * adds indexes of databases of earlier versions.
 */
export class Keeper {
  readonly #parts: Parts;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #changingKeys: Promise<void> | undefined;
  #stopped = false;
  #keptMs = Number.NaN;
  readonly #aborting = new AbortController();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** When partitions were last looked after, by the monotonic clock; NaN before. */
  get keptMs(): number {
    return this.#keptMs;
  }

  /**
   * Resolves when today's partitions exist, with the indexes that statements need. What has expired is dropped
   * afterwards: that may wait for transactions of others.
   */
  async start(): Promise<void> {
    const { databaseUrl, log } = this.#parts;
    await this.#keepPartitions({ createOnly: true });
    if (!(await changeKeys(databaseUrl, { log, quick: true }))) this.#changeKeys();
    this.#run(() => this.#keepPartitions());
    this.#timer = setInterval(() => {
      this.#changeKeys();
      this.#run(() => this.#keep());
    }, HOUR_MS);
  }

  /** Runs do not wait for each other: their locks let one create and one drop at a time. */
  #run(keep: () => Promise<void>): void {
    const run = keep().catch((error: unknown) => {
      if (this.#aborting.signal.aborted) return;
      this.#parts.log.error(
        { err: error },
        'could not create or drop partitions, or delete expired rows; retrying in an hour',
      );
    });
    this.#running = Promise.all([this.#running, run]).then(() => undefined);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    const patience = setTimeout(() => this.#aborting.abort(), PATIENCE_MS);
    await this.#running;
    await this.#changingKeys;
    clearTimeout(patience);
  }

  async #keep(): Promise<void> {
    const { database, keepMs } = this.#parts;
    await this.#keepPartitions();
    await this.#deleteKeys();
    await this.#deleteAudit();
    await this.#forgetWebhooks();
    await this.#deleteRollups();
    await expireJobs(database, {
      invocationMs: keepMs.invocation,
      isStopped: () => this.#stopped,
    });
  }

  async #keepPartitions({ createOnly = false } = {}): Promise<void> {
    const { clock, databaseUrl, keepMs, log, machineClock = MACHINE_CLOCK } = this.#parts;
    const nowMs = clock.now();
    const changes = await keepPartitions(databaseUrl, {
      nowMs,
      // A clock that jumped ahead, as that of a standby that takes over, must not drop the whole trail.
      expiryNowMs: Math.min(nowMs, machineClock.now()),
      createOnly,
      ahead: DAYS_AHEAD,
      keepMs,
      beforeExpiry: (waiting, runner) => this.#recordExpiry(waiting, runner),
      mayDrop: (table, day) => this.#isFolded(table, day),
      signal: this.#aborting.signal,
    });
    this.#keptMs = performance.now();
    const { created, delayed, dropped } = changes;
    if (created.length > 0 || dropped.length > 0) {
      log.info({ created, dropped }, 'created or dropped partitions');
    }
    if (delayed.length > 0) {
      log.warn(
        { partitions: delayed },
        'could not drop expired partitions: other transactions have read their tables and are still open, such as a backup; retrying in an hour',
      );
    }
  }

  /**
   * Deltas are dropped once they are folded, and minutes once nothing that is to be folded can count in
   * their hours any more: a delta counts up to a day before it was made.
   */
  async #isFolded(table: keyof KeepMs, day: number): Promise<boolean> {
    if (table !== 'delta' && table !== 'rollup_minute') return true;
    const { citus = false, database } = this.#parts;
    const unfolded = await findUnfolded(database, 0, citus);
    const endMs = table === 'delta' ? day + DAY_MS : day + 3 * DAY_MS;
    if (unfolded.some(({ id }) => idTimeMs(id) < endMs)) return false;
    if (table === 'delta') return true;
    const due = await database.run(readRollupDue, undefined);
    return !due.some(({ at, unit }) => unit === 'hour' && at.getTime() < day + DAY_MS);
  }

  /** Records that invocations expire unsent: with their day goes everything that is known of them. */
  async #recordExpiry(waiting: readonly WaitingOfDay[], runner: Runner): Promise<void> {
    const { clock, log } = this.#parts;
    for (const { accountId, webhookId, day, count } of waiting) {
      log.error(
        { webhook_id: webhookId, day, invocations: count },
        'dropped invocations that still waited, because their retention has ended',
      );
      await writeAudit(runner, clock, {
        accountId,
        act: { operation: 'expireInvocations', by: undefined },
        targetType: 'webhook',
        targetId: webhookId,
        after: { day, waiting_invocations: count },
      });
    }
  }

  /** May wait for hours for a transaction of somebody else, so nothing else waits for it. */
  #changeKeys(): void {
    const { databaseUrl, log } = this.#parts;
    this.#changingKeys ??= changeKeys(databaseUrl, { log, signal: this.#aborting.signal })
      .then(() => undefined)
      .catch((error: unknown) => {
        if (this.#stopped) return;
        log.error(
          { err: error },
          'could not change a primary key or add an index; trying again in an hour',
        );
      })
      .finally(() => {
        this.#changingKeys = undefined;
      });
  }

  async #deleteKeys(): Promise<void> {
    for (let lane = 0; lane < LANES && !this.#stopped; lane++) {
      for (;;) {
        const deleted = await this.#parts.database.run(deleteExpiredKeys, {
          lane,
          limit: KEYS_AT_ONCE,
        });
        if (deleted.length < KEYS_AT_ONCE || this.#stopped) break;
      }
    }
  }

  async #deleteAudit(): Promise<void> {
    const { clock, database } = this.#parts;
    const firstKept = firstIdAt(clock.now() - AUDIT_MS);
    while (!this.#stopped) {
      const deleted = await database.run(deleteOldAudit, { firstKept, limit: AUDIT_AT_ONCE });
      if (deleted.length < AUDIT_AT_ONCE) break;
    }
  }

  async #deleteRollups(): Promise<void> {
    const { clock, database, keepMs, rollupKeepMs } = this.#parts;
    for (let lane = 0; lane < LANES && !this.#stopped; lane++) {
      await database.run(deleteOldHours, { lane, keepMs: rollupKeepMs });
      await database.run(deleteOldDays, { lane, keepMs: rollupKeepMs });
    }
    // A writer is known as long as a day may have its deltas.
    const before = firstIdAt(clock.now() - keepMs.delta - 2 * DAY_MS);
    if (!this.#stopped) await database.run(deleteOldWriters, { before });
  }

  async #forgetWebhooks(): Promise<void> {
    const { database, keepMs } = this.#parts;
    // The last invocation is as old as the deletion, and its partition goes up to a day later.
    const params = { keepMs: keepMs.invocation + DAY_MS, limit: WEBHOOKS_AT_ONCE };
    while (!this.#stopped) {
      const forgotten = await database.run(forgetWebhooks, params);
      if (forgotten.length < WEBHOOKS_AT_ONCE) break;
    }
  }
}
