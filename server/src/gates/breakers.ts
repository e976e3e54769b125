import type { Logger } from 'pino';
import type { Database } from '../database/database.ts';
import { laneOf } from '../model/lanes.ts';
import type { BreakerRules, Rules } from '../model/rules.ts';
import { Unavailable } from '../model/unavailable.ts';
import { closeBreaker } from '../sql/close-breaker.ts';
import { countOutcomes, type WindowCounts } from '../sql/count-outcomes.ts';
import { notify } from '../sql/notify.ts';
import { openBreaker } from '../sql/open-breaker.ts';
import { type BreakerRow, readBreakers } from '../sql/read-breakers.ts';
import { readOpenBreakers } from '../sql/read-open-breakers.ts';
import { reopenBreaker } from '../sql/reopen-breaker.ts';
import { takeProbe } from '../sql/take-probe.ts';

interface Parts {
  readonly database: Database;
  readonly log: Logger;
  readonly rulesOf: (webhookId: string) => Rules;
  /** Told when a breaker changed: its webhook has to be looked at now, or has to wait. */
  readonly onChange: (webhookId: string) => void;
}

/** What a node knows of a breaker that is not closed. */
export interface Broken {
  /** From then on one probe may be sent, in milliseconds since 1970. */
  readonly nextProbeAtMs: number;
  readonly sinceMs: number;
  readonly reason: string;
}

interface Tally {
  requests: number;
  errors: number;
}

/** Failures of one webhook that are told to the others at once: a fifth of what opens a breaker. */
const PROMPT_ERRORS = 20;
/** Other failures are told within this time, and successes within the other. */
const ERRORS_WAIT_MS = 1_000;
const SUCCESSES_WAIT_MS = 10_000;

/** How long a probe is held beyond the time that its request may take: for claiming and recording. */
const PROBE_MARGIN_MS = 5_000;

/** Rows of one statement. */
const MAX_COUNTS_AT_ONCE = 5_000;

/**
 * One circuit breaker for each webhook, shared by all nodes:
 *
 * `closed` -> `open` -> `half open` -> `closed` or `open`
 *
 * While it is `closed`, outcomes are counted: in memory first, then in the database, which answers
 * with the sums over all nodes. Whoever sees them cross the limits opens it. While it is `open`, nothing
 * is sent. When its time has come, one node takes the probe (`half open`) and sends one invocation:
 * its success closes the breaker, its failure opens it for twice as long. A probe whose node died is
 * free again after the longest time that its request could have taken.
 *
 * The truth is the row in the database; what is known here is read at the start and after every
 * notification. A failed write leaves the breaker as it was, and the next outcome tries again.
 */
export class Breakers {
  readonly #parts: Parts;
  readonly #broken = new Map<string, Broken>();
  #tallies = new Map<string, Tally>();
  #timer: NodeJS.Timeout | undefined;
  #timerAtMs = Number.POSITIVE_INFINITY;
  #flushing: Promise<void> | undefined;
  #stopped = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Undefined while requests may be sent: the breaker is closed, or the rules have none any more. */
  broken(webhookId: string): Broken | undefined {
    const broken = this.#broken.get(webhookId);
    return broken === undefined || this.#parts.rulesOf(webhookId).breaker === null
      ? undefined
      : broken;
  }

  /** Reads all breakers anew: at the start, and after notifications may have been missed. */
  async reload(): Promise<void> {
    const rows = await this.#parts.database.run(readOpenBreakers, undefined);
    const gone = new Set(this.#broken.keys());
    for (const row of rows) {
      gone.delete(row.webhook_id);
      this.#put(row);
    }
    for (const webhookId of gone) this.#forget(webhookId);
  }

  /** Reads some breakers anew: another node, or this one, changed them. */
  async refresh(webhookIds: readonly string[]): Promise<void> {
    const rows = await this.#parts.database.run(readBreakers, webhookIds);
    const gone = new Set(webhookIds);
    for (const row of rows) {
      if (row.state === 'closed') continue;
      gone.delete(row.webhook_id);
      this.#put(row);
    }
    for (const webhookId of gone) this.#forget(webhookId);
  }

  /** Takes note of the outcome of a request that was no probe. */
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

  /**
   * Takes the probe of a breaker whose time has come. Resolves to whether this node has it; if not,
   * `broken` knows more afterwards.
   */
  async takeProbe(webhookId: string): Promise<boolean> {
    const { database, rulesOf } = this.#parts;
    const holdMs = rulesOf(webhookId).timeLimitMs + PROBE_MARGIN_MS;
    const lane = laneOf(webhookId);
    const [taken] = await database.run(takeProbe, { lane, webhookId, holdMs });
    if (taken === undefined) {
      await this.refresh([webhookId]);
      return false;
    }
    const known = this.#broken.get(webhookId);
    if (known !== undefined) {
      this.#broken.set(webhookId, { ...known, nextProbeAtMs: taken.next_probe_at.getTime() });
    }
    return true;
  }

  /** Lets a breaker that is not closed have its probe at once: somebody thinks that all is well again. */
  async probeNow(webhookId: string): Promise<void> {
    if (this.#broken.has(webhookId)) await this.#reopen(webhookId, 0, 0);
  }

  /** Closes a breaker that the rules have not any more: it must not hold again when they have one. */
  async drop(webhookId: string): Promise<void> {
    if (this.#broken.has(webhookId)) await this.probed(webhookId, true);
  }

  /** Gives a probe back that was not sent: there was nothing to send. */
  async returnProbe(webhookId: string): Promise<void> {
    await this.#reopen(webhookId, 0, 0);
  }

  /** Draws the conclusion from a probe, or from an attempt by hand while the breaker was not closed. */
  async probed(webhookId: string, success: boolean): Promise<void> {
    const { database, log, rulesOf } = this.#parts;
    if (!success) {
      // Without rules nothing says how long it is to wait: it stays as it is, in case they come back.
      const rules = rulesOf(webhookId).breaker;
      if (rules !== null) await this.#reopen(webhookId, 2, rules.maxOpenMs);
      return;
    }
    const lane = laneOf(webhookId);
    await database.transaction(async (runner) => {
      await runner.run(closeBreaker, { lane, webhookId });
      await runner.run(notify, { channel: 'hooktrail_breaker', payload: webhookId });
    });
    log.info({ webhook_id: webhookId }, 'the circuit breaker closed');
    await this.refresh([webhookId]);
  }

  /** Writes what was counted, so that the database has it all. */
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
      this.flush().catch((error: unknown) => this.#failed(error));
    }, waitMs);
  }

  async #flush(): Promise<void> {
    const { database, rulesOf } = this.#parts;
    const tallies = [...this.#tallies];
    this.#tallies = new Map();
    for (let from = 0; from < tallies.length; from += MAX_COUNTS_AT_ONCE) {
      const counts = tallies.slice(from, from + MAX_COUNTS_AT_ONCE).map(([webhookId, tally]) => ({
        lane: laneOf(webhookId),
        webhookId,
        ...tally,
        windowMs: rulesOf(webhookId).breaker?.windowMs ?? 0,
      }));
      for (const sums of await database.run(countOutcomes, counts)) await this.#judge(sums);
    }
  }

  async #judge(sums: WindowCounts): Promise<void> {
    const { database, log, rulesOf } = this.#parts;
    const webhookId = sums.webhook_id;
    const rules = rulesOf(webhookId).breaker;
    if (rules === null || this.#broken.has(webhookId) || !isOver(sums, rules)) return;
    const share = Math.round((100 * sums.errors) / sums.requests);
    const reason =
      `${sums.errors} of ${sums.requests} requests failed (${share} %) within ` +
      `${rules.windowMs / 1_000} s; the limits are ${100 * rules.errorShare} % of at least ` +
      `${rules.minRequests} requests, or more than ${rules.maxErrors} failures`;
    const lane = laneOf(webhookId);
    await database.transaction(async (runner) => {
      const opened = await runner.run(openBreaker, {
        lane,
        webhookId,
        openMs: rules.openMs,
        reason,
      });
      if (opened.length === 0) return;
      await runner.run(notify, { channel: 'hooktrail_breaker', payload: webhookId });
      log.warn({ webhook_id: webhookId }, `the circuit breaker opened: ${reason}`);
    });
    await this.refresh([webhookId]);
  }

  async #reopen(webhookId: string, factor: number, maxOpenMs: number): Promise<void> {
    const { database } = this.#parts;
    const lane = laneOf(webhookId);
    await database.transaction(async (runner) => {
      await runner.run(reopenBreaker, { lane, webhookId, factor, maxOpenMs });
      await runner.run(notify, { channel: 'hooktrail_breaker', payload: webhookId });
    });
    await this.refresh([webhookId]);
  }

  #put(row: BreakerRow): void {
    const known = this.#broken.get(row.webhook_id);
    const nextProbeAtMs = row.next_probe_at.getTime();
    this.#broken.set(row.webhook_id, {
      nextProbeAtMs,
      sinceMs: row.since.getTime(),
      reason: row.reason ?? '',
    });
    if (known?.nextProbeAtMs !== nextProbeAtMs) this.#parts.onChange(row.webhook_id);
  }

  #forget(webhookId: string): void {
    if (this.#broken.delete(webhookId)) this.#parts.onChange(webhookId);
  }

  #failed(error: unknown): void {
    const { log } = this.#parts;
    if (error instanceof Unavailable) log.warn({ err: error }, 'outcomes could not be counted');
    else log.error({ err: error }, 'counting outcomes failed');
  }
}

function isOver({ requests, errors }: WindowCounts, rules: BreakerRules): boolean {
  if (errors > rules.maxErrors) return true;
  return requests >= rules.minRequests && errors >= rules.errorShare * requests;
}
