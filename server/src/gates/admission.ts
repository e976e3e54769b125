import type { Database } from '../database/database.ts';
import type { DeliveryMetrics } from '../metrics/delivery-metrics.ts';
import type { Clock } from '../model/clock.ts';
import type { RateLimit, Rules } from '../model/rules.ts';
import { showDuration } from '../model/show-duration.ts';
import { countDue } from '../sql/count-due.ts';
import { nextDue } from '../sql/next-due.ts';
import type { Breakers } from './breakers.ts';
import type { Handshakes } from './handshakes.ts';
import { type HeldBack, Parking } from './parking.ts';
import type { RateLimiter } from './rate-limiter.ts';

/** What may be claimed for a webhook in one go. */
export interface Admitted {
  readonly webhookId: string;
  readonly most: number;
  /** It is the probe of an open breaker. */
  readonly probe: boolean;
  /** This many permits were taken. */
  readonly permits: number;
}

interface Parts {
  readonly breakers: Breakers;
  readonly clock: Clock;
  readonly database: Database;
  readonly handshakes?: Pick<Handshakes, 'begin' | 'held'> | undefined;
  readonly limiter: RateLimiter;
  readonly metrics?: Pick<DeliveryMetrics, 'finished' | 'held'> | undefined;
  readonly rulesOf: (webhookId: string) => Rules;
  /** How many invocations of a webhook this node has room for. */
  readonly room: (webhookId: string) => number;
  /** How many it holds. */
  readonly held: (webhookId: string) => number;
  /** How many requests it may have in flight, by the webhook's rules. */
  readonly sendsAtOnce: (webhookId: string) => number;
  /** Called with what a webhook has due first, and when (milliseconds since 1970). */
  readonly onDue: (webhookId: string, dueMs: number) => void;
  /** Schedules a claim at a time (milliseconds since 1970). */
  readonly note: (webhookId: string, atMs: number) => void;
  /** Schedules a claim for when the webhook has room. */
  readonly waitForRoom: (webhookId: string) => void;
}

/** A probe or permit refused although its time has come is requested again after this. */
const REFUSED_WAIT_MS = 50;

/** No breaker opens at this time, and a rate limit has 0. */
const NOT_ALLOWED = -1;

/**
 * Decides what passes the gates of a webhook: the permission of its endpoint where its rules ask for one, its
 * circuit breaker, then its rate limit.
 *
 * A webhook without a gate is admitted without asking the database. Behind an open breaker one
 * invocation is admitted as the probe, once its time has come; behind a rate limit as many as permits
 * were granted. What is due and not admitted is held back: it is parked, a page at a time, with the
 * reason, and claimed again when the breaker wants its probe or a permit is free. Probes and permits
 * are requested only when something is due and this node has room for it.
 */
export class Admission {
  readonly #parts: Parts;
  readonly #parking: Parking;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#parking = new Parking(parts);
  }

  /** Admits a webhook that nothing holds back, without asking the database; undefined otherwise. */
  admitFree(webhookId: string): Admitted | undefined {
    const { breakers, handshakes, rulesOf } = this.#parts;
    const rules = rulesOf(webhookId);
    if (handshakes?.held(webhookId, rules) !== undefined) return undefined;
    if (breakers.broken(webhookId) !== undefined || rules.rateLimit !== null) return undefined;
    this.#parking.forget(webhookId);
    return { webhookId, most: Number.POSITIVE_INFINITY, probe: false, permits: 0 };
  }

  /** The webhook was deleted. */
  forget(webhookId: string): void {
    this.#parking.forget(webhookId);
  }

  /** Requests a probe or permits. Without them, parks what is due. */
  async admit(lane: number, webhookId: string): Promise<Admitted | undefined> {
    const { breakers, clock, limiter, room, rulesOf, waitForRoom } = this.#parts;
    if (room(webhookId) === 0) {
      waitForRoom(webhookId);
      return undefined;
    }
    let rules = rulesOf(webhookId);
    if (rules.cloudEvents?.handshake === true) {
      if (await this.#awaitsPermission(lane, webhookId, rules)) return undefined;
      // The permission may have brought a rate.
      rules = rulesOf(webhookId);
    }
    const { rateLimit, whileOpen } = rules;
    const broken = breakers.broken(webhookId);
    if (broken === undefined) {
      return rateLimit === null
        ? this.admitFree(webhookId)
        : this.#admitLimited(lane, webhookId, rateLimit);
    }
    let permitAtMs = 0;
    if (broken.nextProbeAtMs <= clock.now()) {
      // With nothing to send, the probe would be wasted.
      if (!(await this.#isDue(lane, webhookId))) return undefined;
      const permit = rateLimit === null ? undefined : await limiter.take(webhookId, rateLimit, 1);
      const permits = permit?.granted ?? 0;
      if (permit !== undefined && permits === 0) {
        permitAtMs = clock.now() + permit.nextInMs;
      } else if (await breakers.takeProbe(webhookId)) {
        return { webhookId, most: 1, probe: true, permits };
      } else {
        if (permits > 0) await limiter.giveBack(webhookId, permits);
        // Another node closed it, and the notification was late or lost: nothing is held back now.
        if (breakers.broken(webhookId) === undefined) return this.admit(lane, webhookId);
      }
    }
    const nextProbeAtMs = breakers.broken(webhookId)?.nextProbeAtMs ?? clock.now();
    await this.#hold(lane, webhookId, Math.max(nextProbeAtMs, permitAtMs), {
      status: 'circuit broken',
      reasonCode: 'breaker',
      ends: whileOpen === 'end',
      reason: `the circuit breaker is open: ${broken.reason}`,
      episode: broken.sinceMs,
    });
    return undefined;
  }

  /** Gives back what was admitted and not claimed. */
  async giveBack({ permits, probe, webhookId }: Admitted, taken: number): Promise<void> {
    const { breakers, limiter } = this.#parts;
    if (probe && taken === 0) await breakers.returnProbe(webhookId);
    if (permits > taken) await limiter.giveBack(webhookId, permits - taken);
  }

  /** Whether the endpoint has not allowed deliveries; asks it, if something is due and its time has come. */
  async #awaitsPermission(lane: number, webhookId: string, rules: Rules): Promise<boolean> {
    const { clock, handshakes } = this.#parts;
    const before = handshakes?.held(webhookId, rules);
    if (handshakes === undefined || before === undefined) return false;
    if (before.nextAtMs <= clock.now()) {
      if (!(await this.#isDue(lane, webhookId))) return true;
      await handshakes.begin(webhookId);
    }
    const held = handshakes.held(webhookId, rules);
    if (held === undefined) return false;
    await this.#hold(lane, webhookId, held.nextAtMs, {
      status: 'throttled',
      reasonCode: 'handshake',
      ends: false,
      reason: held.reason,
      episode: NOT_ALLOWED,
    });
    return true;
  }

  async #admitLimited(
    lane: number,
    webhookId: string,
    limit: RateLimit,
  ): Promise<Admitted | undefined> {
    const { clock, database, held, limiter, sendsAtOnce, waitForRoom } = this.#parts;
    // No more than are sent at once: a permit that waits in a queue expires before it is used.
    const idle = sendsAtOnce(webhookId) - held(webhookId);
    if (idle <= 0) {
      waitForRoom(webhookId);
      return undefined;
    }
    if (!(await this.#isDue(lane, webhookId))) return undefined;
    // No more than are due: until the rest was returned, another node would find none.
    const [count] = await database.run(countDue, { lane, webhookId, limit: idle });
    const { granted, nextInMs } = await limiter.take(webhookId, limit, count?.due ?? 1);
    if (granted > 0) return { webhookId, most: granted, probe: false, permits: granted };
    await this.#hold(lane, webhookId, clock.now() + nextInMs, {
      status: 'throttled',
      reasonCode: 'rate limit',
      ends: false,
      reason: `the rate limit is reached: ${limit.requests} ${limit.requests === 1 ? 'request' : 'requests'} in ${showDuration(limit.spanMs)}`,
      episode: 0,
    });
    return undefined;
  }

  /** Parks a page of what is due; the next page follows after the other webhooks of the lane. */
  async #hold(lane: number, webhookId: string, nextAtMs: number, held: HeldBack): Promise<void> {
    const more = await this.#parking.park(lane, webhookId, held);
    const nowMs = this.#parts.clock.now();
    // A node whose clock is ahead of the database's is refused until the database has caught up.
    this.#parts.note(webhookId, more ? nowMs : Math.max(nextAtMs, nowMs + REFUSED_WAIT_MS));
  }

  /** Whether a webhook has something due; if it has later, schedules a claim then. */
  async #isDue(lane: number, webhookId: string): Promise<boolean> {
    const { clock, database, note, onDue } = this.#parts;
    const [next] = await database.run(nextDue, { lane, webhooks: [{ webhookId }] });
    if (next === undefined) return false;
    const dueMs = clock.now() + next.in_ms;
    onDue(webhookId, dueMs);
    if (next.in_ms <= 0) return true;
    note(webhookId, dueMs);
    return false;
  }
}
