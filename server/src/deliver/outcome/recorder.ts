import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from '../../database/database.ts';
import { ShardedCommits } from '../../database/sharded-commits.ts';
import type { DeliveryMetrics } from '../../metrics/delivery-metrics.ts';
import { ATTEMPT_STATUSES } from '../../model/delivery-status.ts';
import type { Shards } from '../../model/shards.ts';
import { Unavailable } from '../../model/unavailable.ts';
import { lockInvocations } from '../../sql/lock-invocations.ts';
import { type OutcomeRow, type Recorded, recordOutcomes } from '../../sql/record-outcomes.ts';
import type { Traces } from '../../traces/traces.ts';

interface Parts {
  readonly database: Database;
  readonly log: Logger;
  readonly metrics?: DeliveryMetrics | undefined;
  /** Of a Citus cluster: outcomes of one shard are written together. */
  readonly shards?: Shards | undefined;
  readonly traces?: Traces | undefined;
}

/** SQLSTATE: a deadlock, or a statement that was cancelled. They say nothing about the outcome itself. */
const PASSING = /^(40|57014)/;

/** What the row of an attempt and the update of its invocation cost, beside its texts. */
const ROW_BYTES = 500;

/**
 * Nobody waits for an outcome, and a statement of one row costs as much as one of a dozen: at 200 a second
 * four share one (docs/decisions/paced-outcomes.md).
 */
const PACE_MS = 20;

/**
 * An account with more than this waiting is written by itself: some hundred outcomes without long
 * answers, a statement of a few milliseconds.
 */
const LIGHT_BYTES = 128 * 1024;

/**
 * Writes outcomes to the trail, in groups, of which each account gets its share: one with thousands
 * of outcomes delays those of others by no more than a group. While the database is unavailable an outcome waits in
 * memory and is retried: the receiver saw that request, so it must be recorded.
 */
export class Recorder {
  readonly #database: Database;
  readonly #log: Logger;
  readonly #metrics: DeliveryMetrics | undefined;
  readonly #commits: ShardedCommits<OutcomeRow, undefined>;
  readonly #givingUp = new AbortController();
  /** Outcomes of a try that may have been committed, whichever group they are in next. */
  readonly #unanswered = new WeakSet<OutcomeRow>();

  constructor({ database, log, metrics, shards, traces }: Parts) {
    this.#database = database;
    this.#log = log;
    this.#metrics = metrics;
    this.#commits = new ShardedCommits({
      shardOf: shards && (({ lane }) => shards.of([lane])),
      write:
        traces === undefined
          ? (outcomes) => this.#write(outcomes)
          : (outcomes) =>
              traces.together('record outcomes', placesOf(outcomes), () => this.#write(outcomes)),
      sizeOf: ({ requestHeaders, requestUrl, responseHeaders, responseBody }) =>
        ROW_BYTES +
        requestHeaders.length +
        (requestUrl?.length ?? 0) +
        (responseHeaders?.length ?? 0) +
        (responseBody?.length ?? 0),
      onGroup: (count) => metrics?.group(count),
      maxItems: 1_000,
      maxBytes: 8 * 1024 * 1024,
      // Two of them for one account, or for all that have little; more made groups small.
      writers: 3,
      lightWriters: 2,
      eagerItems: 24,
      paceMs: PACE_MS,
      lightBytes: LIGHT_BYTES,
    });
  }

  /**
   * Resolves when the outcome is committed. Rejects only when it cannot be written at all; its
   * lease then expires, and the invocation becomes `unknown`.
   */
  record(outcome: OutcomeRow, accountId: number): Promise<void> {
    return this.#commits.add(outcome, accountId);
  }

  /** Stops waiting for an unavailable database. */
  giveUpWaiting(): void {
    this.#givingUp.abort();
  }

  async #write(outcomes: readonly OutcomeRow[]): Promise<undefined[]> {
    let repeated = outcomes.some((outcome) => this.#unanswered.has(outcome));
    let tries = 0;
    for (let waitMs = 50; ; waitMs = Math.min(2 * waitMs, 2_000)) {
      try {
        if (repeated) {
          await this.#repeat(outcomes);
          this.#countEnds(outcomes);
        } else {
          const [recorded] = await this.#database.run(recordOutcomes, { outcomes, repeated });
          this.#countSettled(recorded);
        }
        return outcomes.map(() => undefined);
      } catch (error) {
        const isUnanswered = error instanceof Unavailable;
        // A group is divided first: its parts are quicker, and lock less.
        const passes = isUnanswered || (outcomes.length === 1 && isPassing(error));
        if (!passes || this.#givingUp.signal.aborted) throw error;
        if (tries++ === 0)
          this.#log.warn(
            { err: error },
            'could not record outcomes yet; they wait for the database',
          );
        if (isUnanswered) {
          repeated = true;
          for (const outcome of outcomes) this.#unanswered.add(outcome);
        }
        await sleep(waitMs, undefined, { signal: this.#givingUp.signal }).catch(() => undefined);
      }
    }
  }

  /** Counts what a statement made final. */
  #countSettled(recorded: Recorded | undefined): void {
    ATTEMPT_STATUSES.forEach((status, place) => {
      const count = recorded?.settled?.[place] ?? 0;
      if (count > 0) this.#metrics?.finished(status, count);
    });
  }

  /**
   * Counts the outcomes that end their invocations by the schedule: the statement that was committed first
   * gave no answer.
   */
  #countEnds(outcomes: readonly OutcomeRow[]): void {
    for (const { leasedUntilMs, resumes, retryInMs, status } of outcomes) {
      const isFollowed = leasedUntilMs === 0;
      const ends = status === 'success' || (retryInMs === null && !resumes && !isFollowed);
      if (ends) this.#metrics?.finished(status, 1);
    }
  }

  /**
   * The earlier try may still be running in the database, waiting for a lock or a disk. A statement
   * that starts before its commit would not see its attempts, and would add them again. These locks
   * are granted once that try has ended, and the statement after them sees its result.
   */
  async #repeat(outcomes: readonly OutcomeRow[]): Promise<void> {
    await this.#database.transaction(async (runner) => {
      // In lane order, so that two nodes cannot deadlock.
      for (const lane of [...new Set(outcomes.map((outcome) => outcome.lane))].sort(byNumber)) {
        const invocations = outcomes.filter((outcome) => outcome.lane === lane);
        await runner.run(lockInvocations, { lane, invocations });
      }
      await runner.run(recordOutcomes, { outcomes, repeated: true });
    });
  }
}

const placesOf = (outcomes: readonly OutcomeRow[]) =>
  outcomes.map(({ traceContext }) => traceContext);

function isPassing(error: unknown): boolean {
  return PASSING.test(String((error as { code?: unknown } | undefined)?.code));
}

function byNumber(one: number, other: number): number {
  return one - other;
}
