import type { Logger } from 'pino';
import type { Database } from '../database/database.ts';
import { logFailure } from '../log/log-failure.ts';
import { laneOf } from '../model/lanes.ts';
import type { Rules } from '../model/rules.ts';
import { countOutcomes, type WindowCounts } from '../sql/count-outcomes.ts';

interface Parts {
  readonly database: Database;
  readonly log: Logger;
  readonly rulesOf: (webhookId: string) => Rules;
  /** Called with the sums of a webhook over all nodes, after its outcomes were written. */
  readonly onSums: (sums: WindowCounts) => Promise<void>;
}

interface Tally {
  requests: number;
  errors: number;
}

/** Flush immediately at this many failures of one webhook: a fifth of what opens a breaker. */
const PROMPT_ERRORS = 20;
/** Flush other failures within ERRORS_WAIT_MS, successes within SUCCESSES_WAIT_MS. */
const ERRORS_WAIT_MS = 1_000;
const SUCCESSES_WAIT_MS = 10_000;

/** Rows of one statement. */
const MAX_COUNTS_AT_ONCE = 5_000;

/** Counts outcomes in memory and adds them to the counts of all nodes in the database. */
export class OutcomeTallies {
  readonly #parts: Parts;
  #tallies = new Map<string, Tally>();
  #timer: NodeJS.Timeout | undefined;
  #timerAtMs = Number.POSITIVE_INFINITY;
  #flushing: Promise<void> | undefined;
  #stopped = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  count(webhookId: string, success: boolean): void {
    let tally = this.#tallies.get(webhookId);
    if (tally === undefined) {
      tally = { requests: 0, errors: 0 };
      this.#tallies.set(webhookId, tally);
    }
    tally.requests++;
    if (!success) tally.errors++;
    if (tally.errors >= PROMPT_ERRORS) this.#arm(0);
    else this.#arm(success ? SUCCESSES_WAIT_MS : ERRORS_WAIT_MS);
  }

  /** Writes everything counted so far. */
  async flush(): Promise<void> {
    while (this.#flushing !== undefined) await this.#flushing;
    this.#flushing = this.#flush().finally(() => {
      this.#flushing = undefined;
    });
    await this.#flushing;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.flush().catch(() => undefined);
  }

  #arm(waitMs: number): void {
    const atMs = performance.now() + waitMs;
    if (atMs >= this.#timerAtMs || this.#stopped) return;
    clearTimeout(this.#timer);
    this.#timerAtMs = atMs;
    this.#timer = setTimeout(() => {
      this.#timerAtMs = Number.POSITIVE_INFINITY;
      this.flush().catch((error: unknown) =>
        logFailure(this.#parts.log, error, 'could not count outcomes for the circuit breakers'),
      );
    }, waitMs);
  }

  async #flush(): Promise<void> {
    const { database, onSums, rulesOf } = this.#parts;
    const tallies = [...this.#tallies];
    this.#tallies = new Map();
    for (let from = 0; from < tallies.length; from += MAX_COUNTS_AT_ONCE) {
      const counts = tallies.slice(from, from + MAX_COUNTS_AT_ONCE).map(([webhookId, tally]) => ({
        lane: laneOf(webhookId),
        webhookId,
        ...tally,
        windowMs: rulesOf(webhookId).breaker?.windowMs ?? 0,
      }));
      for (const sums of await database.run(countOutcomes, counts)) await onSums(sums);
    }
  }
}
