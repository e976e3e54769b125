import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, Runner } from '../../database/database.ts';
import type { Clock } from '../../model/clock.ts';
import type { JobReason, JobStage, JobState } from '../../model/job.ts';
import { moveJob } from '../../sql/move-job.ts';
import type { JobRow } from '../../sql/parts/job-row.ts';
import { JobLost } from './job-lost.ts';

/**
 * How long a job is held without a move. Each page of a job moves it, and a kind moves it at least every
 * `RENEW_MS`, so a job whose node died is taken over within this time.
 */
export const JOB_LEASE_MS = 10_000;

/** A job that only waits is moved this often, so that it stays held. */
export const RENEW_MS = 3_000;

interface Parts {
  readonly clock: Clock;
  /** In turns with other accounts. */
  readonly database: Database;
  readonly holder: string;
  readonly row: JobRow;
  /** Aborted when the node stops. */
  readonly signal: AbortSignal;
}

/** What a move changes beside the lease; what is absent stays. */
export interface JobMove {
  readonly to?: JobState;
  readonly stage?: JobStage;
  /** False: no node has anything to do for it any more. */
  readonly busy?: boolean;
  readonly reasonCode?: JobReason | undefined;
  readonly reason?: string | undefined;
  readonly progress: unknown;
  /** Gives the lease back. */
  readonly release?: boolean;
}

/**
 * A job under the lease of this node. Its row changes only through `move`, which locks it and refuses if
 * people changed its state or another node has taken it over: then nothing of the transaction happens.
 */
export class HeldJob {
  readonly id: string;
  readonly accountId: number;
  readonly requestedBy: string;
  readonly signal: AbortSignal;
  /** What its kind reads and writes with, in turns with the jobs of other accounts. */
  readonly database: Database;
  readonly #clock: Clock;
  readonly #holder: string;
  #row: JobRow;
  #movedMs = performance.now();

  constructor({ clock, database, holder, row, signal }: Parts) {
    this.id = row.id;
    this.accountId = row.account_id;
    this.requestedBy = row.requested_by;
    this.signal = signal;
    this.#clock = clock;
    this.database = database;
    this.#holder = holder;
    this.#row = row;
  }

  /** As the last move left it; its `spec` may have been changed by people since. */
  get row(): JobRow {
    return this.#row;
  }

  /** Whether it must be moved to stay held. */
  get needsRenewal(): boolean {
    return performance.now() - this.#movedMs > RENEW_MS;
  }

  /** Waits, or until the node stops. */
  async wait(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.signal }).catch(() => undefined);
  }

  /** Writes how far the job has come, in one transaction with what `work` writes. @throws JobLost */
  move(move: JobMove, work: (runner: Runner) => Promise<void> = async () => {}): Promise<void> {
    return this.moveBy(async (runner) => {
      await work(runner);
      return move;
    });
  }

  /**
   * The same, where what `work` writes decides how far the job has come.
   *
   * @throws JobLost, and nothing is written.
   */
  async moveBy(work: (runner: Runner) => Promise<JobMove>): Promise<void> {
    const row = this.#row;
    const moved = await this.database.transaction(async (runner) => {
      const move = await work(runner);
      const next = this.#next(move);
      const [written] = await runner.run(moveJob, {
        id: row.id,
        holder: this.#holder,
        from: row.state,
        to: next.state,
        stage: next.stage,
        busy: next.busy,
        reasonCode: next.reason_code,
        reason: next.reason,
        progress: next.progress,
        startedAtMs: next.started_at?.getTime() ?? null,
        endedAtMs: next.ended_at?.getTime() ?? null,
        leaseMs: move.release === true ? 0 : JOB_LEASE_MS,
      });
      if (written === undefined) throw new JobLost();
      return { ...next, spec: written.spec };
    });
    this.#row = moved;
    this.#movedMs = performance.now();
  }

  #next(move: JobMove): JobRow {
    const row = this.#row;
    const state = move.to ?? row.state;
    const nowMs = this.#clock.now();
    const ends = state === 'done' && row.ended_at === null;
    return {
      ...row,
      state,
      stage: move.stage ?? row.stage,
      busy: move.busy ?? row.busy,
      reason_code: 'reason' in move ? (move.reasonCode ?? null) : row.reason_code,
      reason: 'reason' in move ? (move.reason ?? null) : row.reason,
      progress: move.progress,
      started_at: row.started_at ?? new Date(nowMs),
      ended_at: ends ? new Date(nowMs) : row.ended_at,
    };
  }
}
