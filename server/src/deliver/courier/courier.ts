import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from '../../database/database.ts';
import type { Directory } from '../../directory/directory.ts';
import type { Breakers } from '../../gates/breakers.ts';
import type { Handshakes } from '../../gates/handshakes.ts';
import type { DeliveryMetrics } from '../../metrics/delivery-metrics.ts';
import type { Clock } from '../../model/clock.ts';
import { isByHand } from '../../model/is-by-hand.ts';
import type { Leased } from '../../model/leased.ts';
import type { Rules } from '../../model/rules.ts';
import { Unavailable } from '../../model/unavailable.ts';
import { beginSuspect } from '../../sql/begin-suspect.ts';
import type { LeaseRow } from '../../sql/renew-leases.ts';
import { returnLeases } from '../../sql/return-leases.ts';
import type { Exhaustion } from '../outcome/exhaustion.ts';
import type { Recorder } from '../outcome/recorder.ts';
import type { Send } from '../request/create-send.ts';
import { type Attempts, createAttempts } from './create-attempts.ts';
import { createReadBody } from './create-read-body.ts';
import { type FinishedAttempt, finishedAttemptBytes } from './finished-attempt.ts';
import type { Line } from './line.ts';
import { Lines } from './lines.ts';
import { OwedLeases } from './owed-leases.ts';
import type { Places } from './places.ts';
import { Quarantine } from './quarantine.ts';
import { holdsLease, leaseOf, type Work } from './work.ts';

/** A request that could not be announced is announced again after this, while the lease holds. */
const BEGIN_AGAIN_MS = 250;

interface Parts {
  readonly breakers: Breakers;
  readonly clock: Clock;
  readonly database: Database;
  /** Switches a webhook to inactive because this endpoint of it is gone. */
  readonly deactivate: (webhookId: string, endpoint: string) => Promise<void>;
  readonly directory: Directory;
  readonly exhaustion: Exhaustion;
  readonly handshakes?: Pick<Handshakes, 'held'> | undefined;
  readonly log: Logger;
  readonly metrics?: DeliveryMetrics | undefined;
  /** Called when a webhook has work at a time (milliseconds since 1970). */
  readonly onRetry: (webhookId: string, atMs: number) => void;
  readonly places: Places;
  readonly recorder: Recorder;
  readonly rulesOf: (webhookId: string) => Rules;
  readonly send: Send;
}

/**
 * Takes leased invocations from claim to record. `Places` limits what each account and webhook may
 * hold, `Lines` decides when its work is sent, and `Attempts` carries it out. The courier owns the
 * work, whose states `Work` documents, and ties them together.
 */
export class Courier {
  readonly #parts: Parts;
  readonly #places: Places;
  readonly #lines: Lines;
  readonly #attempts: Attempts;
  readonly #quarantine: Quarantine;
  readonly #owed: OwedLeases;
  readonly #works = new Map<string, Work>();
  #stopping = false;
  #idle: (() => void)[] = [];

  constructor(parts: Parts) {
    const { clock, database, metrics, places, rulesOf } = parts;
    this.#parts = parts;
    this.#places = places;
    this.#lines = new Lines({
      places,
      rulesOf,
      begin: (line, work, bytes) => void this.#run(line, work, bytes),
    });
    this.#quarantine = new Quarantine({
      begin: (work) => this.#lines.addFirst(places.line(work.leased.webhookId), work),
      isReady: ({ leased: { webhookId } }) => {
        const line = places.line(webhookId);
        return line.sending < places.sendingLimit(line, rulesOf(webhookId).concurrency);
      },
    });
    this.#owed = new OwedLeases({ database, log: parts.log });
    this.#attempts = createAttempts({
      ...parts,
      beginSuspect: (work) => this.#beginSuspect(work),
      readBody: createReadBody({ clock, database, isStopping: () => this.#stopping, metrics }),
      returnLease: (work) => this.#returnLease(work),
    });
  }

  /** All work leased to this node. */
  works(): Iterable<Work> {
    return this.#works.values();
  }

  /** Fills a place that was reserved. */
  deliver(leased: Leased): void {
    const line = this.#places.line(leased.webhookId);
    const known = this.#works.get(leased.id);
    if (known !== undefined && known.state !== 'returning') {
      // This node lost the lease while it worked on it, and has just got it again. An outcome that
      // waits for the database must be recorded under the new lease, or the event is sent again.
      known.leasedUntilMs = leased.leasedUntilMs;
      if (known.outcome !== undefined) {
        known.outcome.leasedUntilMs = leased.leasedUntilMs;
        known.leasedAgain = true;
      }
      this.#places.release(line, 1);
      return;
    }
    const work: Work = {
      leased,
      accountId: line.accountId,
      leasedUntilMs: leased.leasedUntilMs,
      state: 'queued',
      renewal: undefined,
      outcome: undefined,
      leasedAgain: false,
    };
    this.#works.set(leased.id, work);
    if (leased.suspicion === 'none') this.#lines.add(line, work);
    else this.#quarantine.enter(work);
  }

  /** Sends nothing more. Resolves to the leases of what was not sent, for other nodes to take. */
  async stopSending(): Promise<LeaseRow[]> {
    this.#stopping = true;
    this.#places.close();
    this.#lines.stop();
    const unsent = this.#quarantine.close();
    for (const work of unsent) this.#drop(this.#places.line(work.leased.webhookId), work);
    for (const line of this.#places.lines()) {
      for (const work of line.queue.splice(0)) {
        unsent.push(work);
        this.#drop(line, work);
      }
    }
    // Only the end of a renewal in progress says under which lease the work is held.
    for (const work of unsent) await work.renewal;
    await this.#owed.stop();
    return unsent.map(leaseOf);
  }

  /** The longest that a request in flight may take, by the rules of its webhook. */
  longestMs(): number {
    let longest = 0;
    for (const { leased } of this.#works.values()) {
      longest = Math.max(longest, this.#parts.rulesOf(leased.webhookId).timeLimitMs);
    }
    return longest;
  }

  /** Resolves when everything in flight is on the record, or when `deadline` is aborted. */
  async finished(deadline: AbortSignal): Promise<void> {
    if (deadline.aborted) return;
    await new Promise<void>((resolve) => {
      deadline.addEventListener('abort', () => resolve(), { once: true });
      this.#idle.push(resolve);
      this.#resolveIfIdle();
    });
    if (!deadline.aborted) await this.#owed.stop();
  }

  /** Carries out one attempt, and releases what it holds in any case. */
  async #run(line: Line, work: Work, bytes: number): Promise<void> {
    let sending = true;
    let taken = bytes;
    const sent = (finished?: FinishedAttempt) => {
      if (!sending) return;
      sending = false;
      const kept = finished === undefined ? 0 : finishedAttemptBytes(finished);
      this.#places.end(line, taken, kept);
      taken = kept;
      // Before the queue of the line takes the room.
      this.#quarantine.lineFreed();
      this.#lines.pump(line);
      this.#lines.pumpWaiting(line.accountId);
    };
    try {
      const finished = await this.#attempts.make(work);
      sent(finished);
      if (finished !== undefined) await this.#record(work, finished);
    } catch (error) {
      const { id, webhookId } = work.leased;
      this.#parts.log.error(
        { err: error, invocation_id: id, webhook_id: webhookId },
        'could not make or record an attempt; its lease will expire',
      );
    } finally {
      sent();
      this.#places.freeBytes(line, taken);
      this.#drop(line, work);
      // While the database is away, only this frees memory.
      this.#lines.pumpWaiting(line.accountId);
    }
  }

  /**
   * Records an outcome. If this node got the invocation again meanwhile, the statement may have been
   * under way, with the lease before: then nobody sends under the new one, so it is returned. Where the
   * outcome was recorded under it, no row has it any more.
   */
  async #record(work: Work, finished: FinishedAttempt): Promise<void> {
    await this.#attempts.record(work, finished);
    if (!work.leasedAgain) return;
    const { clock, database, onRetry } = this.#parts;
    await database.run(returnLeases, [leaseOf(work)]);
    onRetry(work.leased.webhookId, clock.now());
  }

  /**
   * Announces the request of a suspect, under a lease that may be renewed meanwhile. While the
   * database is away it is announced again: if the work were dropped now, its lease would expire and
   * it would be taken for sent, which makes it more of a suspect.
   *
   * An announcement without an answer may have been committed. If no request follows, it is withdrawn,
   * or the invocation would be blamed for the end of a node that lives.
   */
  async #beginSuspect(work: Work): Promise<boolean> {
    const { clock, database } = this.#parts;
    const unanswered = new Map<number, LeaseRow>();
    try {
      while (holdsLease(work, clock.now())) {
        await work.renewal;
        const lease = leaseOf(work);
        try {
          if ((await database.run(beginSuspect, lease)).length > 0) {
            unanswered.clear();
            return true;
          }
        } catch (error) {
          if (!(error instanceof Unavailable)) throw error;
          unanswered.set(lease.leasedUntilMs, lease);
          if (this.#stopping) throw error;
          await sleep(BEGIN_AGAIN_MS);
          continue;
        }
        await work.renewal;
        if (work.leasedUntilMs === lease.leasedUntilMs) return false;
      }
      return false;
    } finally {
      if (unanswered.size > 0) {
        unanswered.set(work.leasedUntilMs, leaseOf(work));
        this.#owed.add([...unanswered.values()]);
      }
    }
  }

  /**
   * Returns the leases of a webhook that may no longer send, for its whole queue and its suspects
   * that wait: the invocations are due then, and the next claim holds them back or ends them.
   */
  async #returnLease(work: Work): Promise<void> {
    const { clock, database, onRetry } = this.#parts;
    const { webhookId } = work.leased;
    const line = this.#places.line(webhookId);
    const queued = line.queue.splice(0);
    line.queue.push(...queued.filter(({ leased }) => isByHand(leased)));
    const others = queued.filter(({ leased }) => !isByHand(leased));
    others.push(...this.#quarantine.takeWaiting(line.accountId, webhookId));
    const all = [work, ...others];
    for (const one of all) one.state = 'returning';
    try {
      for (const { renewal } of all) await renewal;
      await database.run(returnLeases, all.map(leaseOf));
    } finally {
      for (const other of others) this.#drop(line, other);
    }
    onRetry(webhookId, clock.now());
  }

  #drop(line: Line, work: Work): void {
    // It may be back under another lease already, if this one was returned.
    if (this.#works.get(work.leased.id) === work) this.#works.delete(work.leased.id);
    // Leases are renewed a page at a time: one that comes later must leave it out.
    work.state = 'gone';
    if (work.leased.suspicion !== 'none') this.#quarantine.leave(work);
    this.#places.release(line, 1);
    this.#resolveIfIdle();
  }

  #resolveIfIdle(): void {
    if (this.#works.size > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}
