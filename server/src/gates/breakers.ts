import type { Logger } from 'pino';
import type { Database } from '../database/database.ts';
import { laneOf } from '../model/lanes.ts';
import type { BreakerRules, Rules } from '../model/rules.ts';
import { appendHold } from '../sql/append-hold.ts';
import { closeBreaker } from '../sql/close-breaker.ts';
import type { WindowCounts } from '../sql/count-outcomes.ts';
import { notify } from '../sql/notify.ts';
import { openBreaker } from '../sql/open-breaker.ts';
import { type BreakerRow, readBreakers } from '../sql/read-breakers.ts';
import { readOpenBreakers } from '../sql/read-open-breakers.ts';
import { reopenBreaker } from '../sql/reopen-breaker.ts';
import { takeProbe } from '../sql/take-probe.ts';
import { OutcomeTallies } from './outcome-tallies.ts';

interface Parts {
  readonly database: Database;
  readonly log: Logger;
  readonly rulesOf: (webhookId: string) => Rules;
  /** Called when a breaker changed: its webhook may now send, or must wait. */
  readonly onChange: (webhookId: string) => void;
}

/** What a node knows about a breaker that is not closed. */
export interface Broken {
  /** When one probe may be sent, in milliseconds since 1970. */
  readonly nextProbeAtMs: number;
  readonly sinceMs: number;
  readonly reason: string;
}

/** How long a probe is held beyond the time limit of its request: for claiming and recording. */
const PROBE_MARGIN_MS = 5_000;

const BREAKER = { reasonCode: 'breaker' } as const;

/**
 * One circuit breaker per webhook, shared by all nodes:
 *
 * `closed` -> `open` -> `half open` -> `closed` or `open`
 *
 * While it is `closed`, outcomes are counted: in memory first, then in the database, which returns
 * the sums over all nodes. The node that sees them exceed the limits opens it. While it is `open`,
 * nothing is sent. When its time has come, one node takes the probe (`half open`) and sends one
 * invocation: success closes the breaker, failure opens it for twice as long. A probe whose node
 * died is free again after the longest time that its request could have taken.
 *
 * The row in the database is the truth; this copy is read at the start and after every
 * notification. A failed write leaves the breaker unchanged, and the next outcome tries again.
 */
export class Breakers {
  readonly #parts: Parts;
  readonly #broken = new Map<string, Broken>();
  readonly #tallies: OutcomeTallies;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#tallies = new OutcomeTallies({ ...parts, onSums: (sums) => this.#judge(sums) });
  }

  /** Undefined while requests may be sent: the breaker is closed, or its rule was removed. */
  broken(webhookId: string): Broken | undefined {
    const broken = this.#broken.get(webhookId);
    return broken === undefined || this.#parts.rulesOf(webhookId).breaker === null
      ? undefined
      : broken;
  }

  /** Those that are not closed, of all accounts, by webhook. */
  *all(): Iterable<readonly [string, Broken]> {
    for (const webhookId of this.#broken.keys()) {
      const broken = this.broken(webhookId);
      if (broken !== undefined) yield [webhookId, broken];
    }
  }

  /** How many are not closed, of all accounts. */
  get openCount(): number {
    let count = 0;
    for (const webhookId of this.#broken.keys()) if (this.broken(webhookId) !== undefined) count++;
    return count;
  }

  /** Reloads all breakers: at the start, and after notifications may have been missed. */
  async reload(): Promise<void> {
    const rows = await this.#parts.database.run(readOpenBreakers, undefined);
    const gone = new Set(this.#broken.keys());
    for (const row of rows) {
      gone.delete(row.webhook_id);
      this.#put(row);
    }
    for (const webhookId of gone) this.forget(webhookId);
  }

  /** Reloads some breakers: another node, or this one, changed them. */
  async refresh(webhookIds: readonly string[]): Promise<void> {
    const rows = await this.#parts.database.run(readBreakers, webhookIds);
    const gone = new Set(webhookIds);
    for (const row of rows) {
      if (row.state === 'closed') continue;
      gone.delete(row.webhook_id);
      this.#put(row);
    }
    for (const webhookId of gone) this.forget(webhookId);
  }

  /** Its breaker is closed, or the webhook was deleted. */
  forget(webhookId: string): void {
    if (this.#broken.delete(webhookId)) this.#parts.onChange(webhookId);
  }

  /** Counts the outcome of a request that was not a probe. */
  count(webhookId: string, success: boolean): void {
    this.#tallies.count(webhookId, success);
  }

  /**
   * Takes the probe of a breaker whose time has come. Resolves to whether this node got it; if not,
   * `broken` is up to date afterwards.
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

  /** Allows the probe of a breaker that is not closed immediately, on request. */
  async probeNow(webhookId: string): Promise<void> {
    if (this.#broken.has(webhookId)) await this.#reopen(webhookId, 0, 0);
  }

  /** Closes a breaker whose rule was removed, so it does not resume if the rule returns. */
  async drop(webhookId: string): Promise<void> {
    if (this.#broken.has(webhookId)) await this.probed(webhookId, true);
  }

  /** Returns a probe that was not sent: there was nothing to send. */
  async returnProbe(webhookId: string): Promise<void> {
    await this.#reopen(webhookId, 0, 0);
  }

  /** Applies the outcome of a probe, or of a manual attempt while the breaker was not closed. */
  async probed(webhookId: string, success: boolean): Promise<void> {
    const { database, log, rulesOf } = this.#parts;
    if (!success) {
      // Without a rule there is no open time: leave it unchanged in case the rule returns.
      const rules = rulesOf(webhookId).breaker;
      if (rules !== null) await this.#reopen(webhookId, 2, rules.maxOpenMs);
      return;
    }
    const lane = laneOf(webhookId);
    await database.transaction(async (runner) => {
      const closed = await runner.run(closeBreaker, { lane, webhookId });
      if (closed.length > 0)
        await runner.run(appendHold, { ...BREAKER, kind: 'released', webhookId });
      await runner.run(notify, { channel: 'hooktrail_breaker', payload: webhookId });
    });
    log.info({ webhook_id: webhookId }, 'the circuit breaker closed');
    await this.refresh([webhookId]);
  }

  /** Writes everything counted so far, so that the database has it all. */
  flush(): Promise<void> {
    return this.#tallies.flush();
  }

  stop(): Promise<void> {
    return this.#tallies.stop();
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
      await runner.run(appendHold, { ...BREAKER, kind: 'held', webhookId });
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
}

function isOver({ requests, errors }: WindowCounts, rules: BreakerRules): boolean {
  if (errors > rules.maxErrors) return true;
  return requests >= rules.minRequests && errors >= rules.errorShare * requests;
}
