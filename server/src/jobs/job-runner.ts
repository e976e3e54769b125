import { setMaxListeners } from 'node:events';
import type { Logger } from 'pino';
import type { Database } from '../database/database.ts';
import { logFailure } from '../log/log-failure.ts';
import type { Clock } from '../model/clock.ts';
import { newId } from '../model/ids.ts';
import { Unavailable } from '../model/unavailable.ts';
import { Shares } from '../shares/shares.ts';
import type { JobRow } from '../sql/parts/job-row.ts';
import { takeJob } from '../sql/take-job.ts';
import { tryLock } from '../sql/try-lock.ts';
import { HeldJob, JOB_LEASE_MS } from './held/held-job.ts';
import type { JobKind } from './held/job-kind.ts';
import { JobLost } from './held/job-lost.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Database;
  /** The same for the jobs of one account, in turns with others. */
  readonly databaseOf: (accountId: number) => Database;
  readonly kinds: readonly JobKind[];
  readonly log: Logger;
}

/** One small statement; a job of another node that died is found this much later. */
const LOOK_MS = 2_000;

/**
 * Jobs that one node works through at once. One that waits for a gate or an outcome costs some statements a
 * second; the rest is for other nodes, or waits. An account has its share of them: jobs that it pauses or
 * cancels stay for as long as something of them is in flight.
 */
const MOST_HELD = 64;

/** The advisory lock of takes ("job"). */
const TAKES = 0x6a6f62;

/**
 * Takes jobs that nobody holds and hands each to its kind. A node that dies keeps its jobs for the rest of
 * their leases; then any node takes them over and goes on after the last transaction.
 */
export class JobRunner {
  readonly #parts: Parts;
  readonly #held = new Map<
    string,
    { readonly accountId: number; readonly running: Promise<void> }
  >();
  readonly #shares = new Shares(MOST_HELD);
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #again = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    // Each job listens while it waits.
    setMaxListeners(0, this.#stopping.signal);
  }

  start(): void {
    this.#timer = setInterval(() => this.wake(), LOOK_MS);
    this.wake();
  }

  /** Looks for jobs now: one was created or changed here. */
  wake(): void {
    if (this.#timer === undefined || this.#stopping.signal.aborted) return;
    if (this.#looking !== undefined) {
      this.#again = true;
      return;
    }
    this.#looking = this.#look()
      .catch((error: unknown) => logFailure(this.#parts.log, error, 'could not look for jobs'))
      .finally(() => {
        this.#looking = undefined;
        if (!this.#again) return;
        this.#again = false;
        this.wake();
      });
  }

  /** Resolves when this node works on no job any more; their leases are returned. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    clearInterval(this.#timer);
    await this.#looking;
    await Promise.all([...this.#held.values()].map(({ running }) => running));
  }

  async #look(): Promise<void> {
    while (this.#held.size < MOST_HELD && !this.#stopping.signal.aborted) {
      const holder = newId(this.#parts.clock.now());
      const row = await this.#take(holder);
      if (row === undefined) return;
      const { account_id: accountId } = row;
      this.#shares.take(accountId, 1);
      const running = this.#run(row, holder).finally(() => {
        this.#held.delete(row.id);
        this.#shares.giveBack(accountId, 1);
        // It may have a new state, or have left room for another.
        this.wake();
      });
      this.#held.set(row.id, { accountId, running });
    }
  }

  /** Takes take turns: two at once could both fill the last place of an account. */
  #take(holder: string): Promise<JobRow | undefined> {
    return this.#parts.database.transaction(async (runner) => {
      const [lock] = await runner.run(tryLock, TAKES);
      if (lock?.locked !== true) return undefined;
      const held = [...this.#held.keys()];
      const accounts = new Set([...this.#held.values()].map(({ accountId }) => accountId));
      const full = [...accounts].filter((accountId) => this.#shares.left(accountId) < 1);
      const kinds = this.#parts.kinds.map(({ name }) => name);
      const [row] = await runner.run(takeJob, { holder, leaseMs: JOB_LEASE_MS, held, kinds, full });
      return row;
    });
  }

  async #run(row: JobRow, holder: string): Promise<void> {
    const { clock, kinds, log } = this.#parts;
    const { signal } = this.#stopping;
    const database = this.#parts.databaseOf(row.account_id);
    const job = new HeldJob({ clock, database, holder, row, signal });
    const kind = kinds.find(({ name }) => name === row.kind);
    try {
      if (kind === undefined) throw new Error(`this node knows no jobs of kind ${row.kind}`);
      await kind.run(job);
      if (job.row.busy) await job.move({ progress: job.row.progress, release: true });
    } catch (error) {
      if (error instanceof JobLost) return;
      logFailure(log, error, `could not carry on job ${row.id}`);
      // The database comes back, and a deadlock is gone: the lease expires, and any node takes it up.
      if (error instanceof Unavailable || isDeadlock(error)) return;
      await this.#stopJob(job).catch((failure: unknown) =>
        logFailure(log, failure, `could not stop job ${row.id}`),
      );
    }
  }

  /** What failed once would fail again. */
  async #stopJob(job: HeldJob): Promise<void> {
    const atWork = job.row.state === 'selecting' || job.row.state === 'running';
    await job.move({
      ...(atWork && { to: 'stopped' }),
      busy: false,
      reasonCode: 'error',
      reason:
        'an internal error stopped it: the log of the node has the details; resume it to try again',
      progress: job.row.progress,
      release: true,
    });
  }
}

/** SQLSTATE: PostgreSQL rolled a whole transaction back, so nothing is lost. */
const isDeadlock = (error: unknown): boolean =>
  (error as { code?: unknown } | undefined)?.code === '40P01';
