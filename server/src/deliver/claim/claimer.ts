import type { Logger } from 'pino';
import type { Database } from '../../database/database.ts';
import type { Directory } from '../../directory/directory.ts';
import { Admission } from '../../gates/admission.ts';
import type { Breakers } from '../../gates/breakers.ts';
import type { Handshakes } from '../../gates/handshakes.ts';
import type { RateLimiter } from '../../gates/rate-limiter.ts';
import { logFailure } from '../../log/log-failure.ts';
import type { DeliveryMetrics } from '../../metrics/delivery-metrics.ts';
import type { Clock } from '../../model/clock.ts';
import { laneOf } from '../../model/lanes.ts';
import type { Rules } from '../../model/rules.ts';
import type { Courier } from '../courier/courier.ts';
import type { Places } from '../courier/places.ts';
import type { Exhaustion } from '../outcome/exhaustion.ts';
import type { Backlogs } from './backlogs.ts';
import { ClaimQueue } from './claim-queue.ts';
import { type ClaimLane, createClaimLane } from './create-claim-lane.ts';
import { DueBounds } from './due-bounds.ts';
import { Scheduler } from './scheduler.ts';

interface Parts {
  readonly backlogs: Backlogs;
  readonly breakers: Breakers;
  readonly clock: Clock;
  readonly courier: Courier;
  readonly database: Database;
  readonly directory: Directory;
  readonly exhaustion: Exhaustion;
  readonly handshakes?: Pick<Handshakes, 'begin' | 'held'> | undefined;
  readonly leaseMs: number;
  readonly limiter: RateLimiter;
  readonly log: Logger;
  readonly metrics?: DeliveryMetrics | undefined;
  readonly places: Places;
  readonly rulesOf: (webhookId: string) => Rules;
}

/** The account of work whose webhook was deleted. */
const NO_ACCOUNT = 0;

/** After a claim failed, its webhooks are claimed for again after this. */
const FAILED_WAIT_MS = 1_000;

/**
 * Finds due invocations and leases them for the courier. `Scheduler` says when to claim for which
 * webhook, `ClaimQueue` whose turn it is, `Admission` what its gates let through, `createClaimLane`
 * claims.
 */
export class Claimer {
  readonly #parts: Parts;
  readonly #scheduler: Scheduler;
  readonly #claimLane: ClaimLane;
  readonly #queue = new ClaimQueue();
  readonly #bounds = new DueBounds();
  readonly #admission: Admission;
  #stopped = false;
  #idle: (() => void)[] = [];

  constructor(parts: Parts) {
    const { places, rulesOf } = parts;
    this.#parts = parts;
    const bounds = this.#bounds;
    this.#scheduler = new Scheduler({
      ...parts,
      hasRoom: (webhookId) => places.room(webhookId) > 0,
      onDue: (webhookIds) => this.#due(webhookIds),
      onFound: (webhookId, dueMs) => bounds.found(webhookId, dueMs),
    });
    const requests = {
      note: (webhookId: string, atMs: number) => this.#scheduler.note(webhookId, atMs),
      waitForRoom: (webhookId: string) => this.#scheduler.waitForRoom(webhookId),
    };
    this.#admission = new Admission({
      ...parts,
      ...requests,
      room: (webhookId) => places.room(webhookId),
      held: (webhookId) => places.held(webhookId),
      sendsAtOnce: (webhookId) => places.ownConcurrency(rulesOf(webhookId).concurrency),
      onDue: (webhookId, dueMs) => bounds.found(webhookId, dueMs),
    });
    this.#claimLane = createClaimLane({
      ...parts,
      ...requests,
      admission: this.#admission,
      bounds,
    });
  }

  /** Looks at every lane once, then keeps sweeping; never rejects. */
  start(): Promise<void> {
    return this.#scheduler.start();
  }

  /** Looks at every lane now, because notifications of due work were missed. */
  catchUp(): Promise<void> {
    return this.#scheduler.catchUp();
  }

  /** A webhook has work at a time (milliseconds since 1970); in the past, its next claim reaches as far back. */
  note(webhookId: string, atMs: number): void {
    this.#bounds.found(webhookId, atMs);
    this.#scheduler.note(webhookId, atMs);
  }

  /** The webhook was deleted. */
  forget(webhookId: string): void {
    this.#bounds.forget(webhookId);
    this.#admission.forget(webhookId);
  }

  /** A webhook may have room again. */
  roomFor(webhookId: string): void {
    this.#scheduler.roomFor(webhookId);
  }

  /** Claims nothing more; resolves when no claim is in progress. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#scheduler.stop();
    this.#queue.clear();
    while (this.#queue.running > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #due(webhookIds: readonly string[]): void {
    const { clock, directory, exhaustion, places } = this.#parts;
    for (const webhookId of webhookIds) {
      const webhook = directory.webhook(webhookId);
      // What is left of a deleted webhook is ended, which needs no room.
      if (webhook !== undefined && places.room(webhookId) === 0) {
        this.#scheduler.waitForRoom(webhookId);
        continue;
      }
      const waitMs = exhaustion.waitMs(webhookId);
      if (waitMs > 0) {
        this.note(webhookId, clock.now() + waitMs);
        continue;
      }
      this.#queue.add(webhook?.accountId ?? NO_ACCOUNT, laneOf(webhookId), webhookId);
    }
    this.#claim();
  }

  /** Starts as many claims as may run. */
  #claim(): void {
    while (!this.#stopped) {
      const batch = this.#queue.next();
      if (batch === undefined) return;
      const { lane, webhookIds } = batch;
      this.#claimLane(lane, webhookIds)
        .catch((error: unknown) => {
          const { clock, log } = this.#parts;
          logFailure(log, error, 'could not claim due invocations');
          const atMs = clock.now() + FAILED_WAIT_MS;
          for (const webhookId of webhookIds) this.note(webhookId, atMs);
        })
        .finally(() => {
          this.#queue.end(batch);
          for (const resolve of this.#idle.splice(0)) resolve();
          this.#claim();
        });
    }
  }
}
