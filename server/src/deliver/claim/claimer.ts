import type { Logger } from 'pino';
import type { Database } from '../../database/database.ts';
import type { Directory } from '../../directory/directory.ts';
import type { Breakers } from '../../gates/breakers.ts';
import { isSendable } from '../../gates/is-sendable.ts';
import { type HeldBack, Parking } from '../../gates/parking.ts';
import type { RateLimiter } from '../../gates/rate-limiter.ts';
import type { Clock } from '../../model/clock.ts';
import { LANES, laneOf } from '../../model/lanes.ts';
import type { RateLimit, Rules } from '../../model/rules.ts';
import { showDuration } from '../../model/show-duration.ts';
import { Unavailable } from '../../model/unavailable.ts';
import {
  type ClaimedRow,
  claimInvocations,
  type WantedWebhook,
} from '../../sql/claim-invocations.ts';
import { countDue } from '../../sql/count-due.ts';
import { endInvocations } from '../../sql/end-invocations.ts';
import { endOrphans } from '../../sql/end-orphans.ts';
import { findDueWebhooks } from '../../sql/find-due-webhooks.ts';
import { nextDue } from '../../sql/next-due.ts';
import { readEvents } from '../../sql/read-events.ts';
import type { Courier } from '../courier/courier.ts';
import { Agenda } from './agenda.ts';

interface Parts {
  readonly breakers: Breakers;
  readonly clock: Clock;
  readonly courier: Courier;
  readonly database: Database;
  readonly directory: Directory;
  readonly leaseMs: number;
  readonly limiter: RateLimiter;
  readonly log: Logger;
  readonly rulesOf: (webhookId: string) => Rules;
}

/** What may be claimed for a webhook in one go. */
interface Admission {
  readonly webhookId: string;
  readonly most: number;
  /** It is the probe of an open breaker. */
  readonly probe: boolean;
  /** As many permits were taken. */
  readonly permits: number;
}

/** One lane is swept each time: all 64 in 32 s, at two statements a second. */
const SWEEP_INTERVAL_MS = 500;

/** Claims under way at once; each is a lane's. */
const CLAIMS = 3;

/** Due rows that could not be claimed are locked by another node's statement, which is short. */
const LOCKED_WAIT_MS = 50;
const FAILED_WAIT_MS = 1_000;

/** A probe or permit whose time should have come and that is refused is asked for again after this. */
const REFUSED_WAIT_MS = 50;

const ORPHANS_AT_ONCE = 1_000;

const NONE: ReadonlyMap<string, number> = new Map();

/** An invocation whose leases ran out this often, without an outcome, ends nodes: it is given up. */
const MAX_LOST = 20;

/** Bodies up to this many bytes are read with the claim; longer ones just before sending. */
const MAX_READ_BODY = 8 * 1024;

/**
 * Finds due invocations and leases them for the courier.
 *
 * The agenda says when to look at which webhook. It is fed by what this node writes, by
 * notifications of other nodes, by the look at the next due time that follows each claim, and by
 * the sweep, which finds whatever all these have missed. A webhook that is due but has no room is
 * set aside until the courier says that it has; one that may not send is not claimed at all, and its
 * rows stay due. Behind an open breaker or without a permit they are marked as held back as well
 * (`Parking`), and looked at again when the breaker wants a probe, or when there is a permit.
 */
export class Claimer {
  readonly #parts: Parts;
  readonly #agenda = new Agenda();
  readonly #parking: Parking;
  readonly #roomless = new Set<string>();
  readonly #lanes = new Map<number, Set<string>>();
  readonly #busyLanes = new Set<number>();
  #timer: NodeJS.Timeout | undefined;
  #timerAtMs = Number.POSITIVE_INFINITY;
  #sweepTimer: NodeJS.Timeout | undefined;
  #sweepLane = 0;
  #running = 0;
  #stopped = false;
  #idle: (() => void)[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#parking = new Parking(parts);
  }

  /** Looks at every lane once, then goes on sweeping. */
  async start(): Promise<void> {
    for (let lane = 0; lane < LANES; lane++) await this.#sweep(lane);
    this.#sweepTimer = setInterval(() => {
      this.#sweepLane = (this.#sweepLane + 1) % LANES;
      this.#sweep(this.#sweepLane).catch((error: unknown) => this.#failed(error));
    }, SWEEP_INTERVAL_MS);
  }

  /** Takes note that a webhook has work at a time (milliseconds since 1970). */
  note(webhookId: string, atMs: number): void {
    if (this.#stopped) return;
    this.#agenda.note(webhookId, atMs);
    this.#arm();
  }

  /** Takes note that a webhook may have room again. */
  roomFor(webhookId: string): void {
    if (this.#roomless.size === 0) return;
    const { clock, courier } = this.#parts;
    if (this.#roomless.has(webhookId) && courier.room(webhookId) > 0) {
      this.#roomless.delete(webhookId);
      this.note(webhookId, clock.now());
    }
  }

  /** Claims nothing more; resolves when no statement is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#sweepTimer);
    clearTimeout(this.#timer);
    this.#lanes.clear();
    while (this.#running > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  async #sweep(lane: number): Promise<void> {
    if (this.#stopped) return;
    const { clock, database, directory } = this.#parts;
    for (const { webhook_id, in_ms } of await database.run(findDueWebhooks, lane)) {
      // Rows of a webhook that may not send stay due: nothing is to be done for them.
      const webhook = directory.webhook(webhook_id);
      if (webhook === undefined || isSendable(webhook, directory.account(webhook.accountId))) {
        this.note(webhook_id, clock.now() + in_ms);
      }
    }
    // Room that was short in the whole node, not in one webhook, is told by nobody.
    for (const webhookId of this.#roomless) this.roomFor(webhookId);
  }

  #arm(): void {
    const next = this.#agenda.next();
    if (next === undefined || next >= this.#timerAtMs || this.#stopped) return;
    clearTimeout(this.#timer);
    this.#timerAtMs = next;
    const waitMs = Math.min(Math.max(0, Math.ceil(next - this.#parts.clock.now())), 2 ** 31 - 1);
    this.#timer = setTimeout(() => {
      this.#timerAtMs = Number.POSITIVE_INFINITY;
      for (const webhookId of this.#agenda.take(this.#parts.clock.now())) {
        const lane = laneOf(webhookId);
        const webhooks = this.#lanes.get(lane);
        if (webhooks === undefined) this.#lanes.set(lane, new Set([webhookId]));
        else webhooks.add(webhookId);
      }
      this.#claim();
      this.#arm();
    }, waitMs);
  }

  /** Starts claims, a lane each, as many as may be under way. */
  #claim(): void {
    for (const [lane, webhookIds] of this.#lanes) {
      if (this.#running >= CLAIMS || this.#stopped) return;
      if (this.#busyLanes.has(lane)) continue;
      this.#lanes.delete(lane);
      this.#busyLanes.add(lane);
      this.#running++;
      this.#claimLane(lane, webhookIds)
        .catch((error: unknown) => {
          this.#failed(error);
          const atMs = this.#parts.clock.now() + FAILED_WAIT_MS;
          for (const webhookId of webhookIds) this.note(webhookId, atMs);
        })
        .finally(() => {
          this.#running--;
          this.#busyLanes.delete(lane);
          for (const resolve of this.#idle.splice(0)) resolve();
          this.#claim();
        });
    }
  }

  async #claimLane(lane: number, webhookIds: ReadonlySet<string>): Promise<void> {
    const { directory } = this.#parts;
    const free: Admission[] = [];
    const bound: string[] = [];
    const deleted: string[] = [];
    for (const webhookId of webhookIds) {
      const webhook = directory.webhook(webhookId);
      if (webhook === undefined) {
        deleted.push(webhookId);
      } else if (isSendable(webhook, directory.account(webhook.accountId))) {
        const admission = this.#admits(webhookId);
        if (admission !== undefined) free.push(admission);
        else bound.push(webhookId);
      }
    }
    // Most need nobody's leave, and are not made to wait for those that do.
    await this.#claimAdmitted(lane, free);
    for (const webhookId of bound) {
      const admission = await this.#admit(lane, webhookId);
      if (admission !== undefined) await this.#claimAdmitted(lane, [admission]);
    }
    for (const webhookId of deleted) await this.#endOrphans(lane, webhookId);
  }

  async #claimAdmitted(lane: number, admitted: readonly Admission[]): Promise<void> {
    const { courier } = this.#parts;
    const wanted: WantedWebhook[] = [];
    const probes = new Set<string>();
    const permitted = new Set<string>();
    // Nothing may be awaited, so that nothing can fail, between these reservations and the `try`
    // that gives back what is not used.
    for (const { webhookId, most, permits, probe } of admitted) {
      const room = Math.min(most, courier.room(webhookId));
      if (room === 0) {
        this.#roomless.add(webhookId);
        continue;
      }
      courier.reserve(webhookId, room);
      wanted.push({ webhookId, room });
      if (probe) probes.add(webhookId);
      if (permits > 0) permitted.add(webhookId);
    }
    const taken =
      wanted.length === 0 ? NONE : await this.#claimWanted(lane, wanted, probes, permitted);
    for (const admission of admitted) {
      await this.#giveBack(admission, taken.get(admission.webhookId) ?? 0);
    }
  }

  /** The admission of a webhook that is not held back by anything, which is known without asking. */
  #admits(webhookId: string): Admission | undefined {
    const { breakers, rulesOf } = this.#parts;
    if (breakers.broken(webhookId) !== undefined || rulesOf(webhookId).rateLimit !== null) {
      return undefined;
    }
    this.#parking.forget(webhookId);
    return { webhookId, most: Number.POSITIVE_INFINITY, probe: false, permits: 0 };
  }

  /** Asks for a probe or for permits; without them, what is due is parked. */
  async #admit(lane: number, webhookId: string): Promise<Admission | undefined> {
    const { breakers, clock, courier, limiter, rulesOf } = this.#parts;
    const { rateLimit, whileOpen } = rulesOf(webhookId);
    if (courier.room(webhookId) === 0) {
      this.#roomless.add(webhookId);
      return undefined;
    }
    const broken = breakers.broken(webhookId);
    if (broken === undefined) {
      return rateLimit === null
        ? this.#admits(webhookId)
        : this.#admitLimited(lane, webhookId, rateLimit);
    }
    let permitAtMs = 0;
    if (broken.nextProbeAtMs <= clock.now()) {
      // Without anything to send the probe would be taken in vain.
      if (!(await this.#isDue(lane, webhookId))) return undefined;
      const permit = rateLimit === null ? undefined : await limiter.take(webhookId, rateLimit, 1);
      const permits = permit?.granted ?? 0;
      if (permit !== undefined && permits === 0) {
        permitAtMs = clock.now() + permit.nextInMs;
      } else if (await breakers.takeProbe(webhookId)) {
        return { webhookId, most: 1, probe: true, permits };
      } else {
        if (permits > 0) await limiter.giveBack(webhookId, permits);
        // Another node closed it, and its notice was late or lost: nothing is held back any more.
        if (breakers.broken(webhookId) === undefined) return this.#admit(lane, webhookId);
      }
    }
    const nextProbeAtMs = breakers.broken(webhookId)?.nextProbeAtMs ?? clock.now();
    await this.#hold(lane, webhookId, Math.max(nextProbeAtMs, permitAtMs), {
      status: 'circuit broken',
      ends: whileOpen === 'end',
      reason: `the circuit breaker is open: ${broken.reason}`,
      episode: broken.sinceMs,
    });
    return undefined;
  }

  async #admitLimited(
    lane: number,
    webhookId: string,
    limit: RateLimit,
  ): Promise<Admission | undefined> {
    const { clock, courier, database, limiter, rulesOf } = this.#parts;
    // No more than are sent at once: a permit that waits in a queue is used when it counts no more.
    const idle = rulesOf(webhookId).concurrency - courier.held(webhookId);
    if (idle <= 0) {
      this.#roomless.add(webhookId);
      return undefined;
    }
    if (!(await this.#isDue(lane, webhookId))) return undefined;
    // Nor more than there is use for: until they were given back, another node would find none.
    const [count] = await database.run(countDue, { lane, webhookId, limit: idle });
    const { granted, nextInMs } = await limiter.take(webhookId, limit, count?.due ?? 1);
    if (granted > 0) return { webhookId, most: granted, probe: false, permits: granted };
    await this.#hold(lane, webhookId, clock.now() + nextInMs, {
      status: 'throttled',
      ends: false,
      reason: `the rate limit is reached: ${limit.requests} requests in ${showDuration(limit.spanMs)}`,
      episode: 0,
    });
    return undefined;
  }

  /** Parks a page of what is due; the next page has its turn after the neighbours. */
  async #hold(lane: number, webhookId: string, nextAtMs: number, held: HeldBack): Promise<void> {
    const more = await this.#parking.park(lane, webhookId, held);
    const nowMs = this.#parts.clock.now();
    // A node whose time is ahead of the database's is refused until that has caught up.
    this.note(webhookId, more ? nowMs : Math.max(nextAtMs, nowMs + REFUSED_WAIT_MS));
  }

  /** Whether a webhook has something due; when it has later, that is put on the agenda. */
  async #isDue(lane: number, webhookId: string): Promise<boolean> {
    const { clock, database } = this.#parts;
    const [next] = await database.run(nextDue, { lane, webhookIds: [webhookId] });
    if (next === undefined) return false;
    if (next.in_ms <= 0) return true;
    this.note(webhookId, clock.now() + next.in_ms);
    return false;
  }

  /** Gives back what an admission took and the claim did not use. */
  async #giveBack({ permits, probe, webhookId }: Admission, taken: number): Promise<void> {
    const { breakers, limiter } = this.#parts;
    if (probe && taken === 0) await breakers.returnProbe(webhookId);
    if (permits > taken) await limiter.giveBack(webhookId, permits - taken);
  }

  /** Resolves to how many were taken for each webhook. */
  async #claimWanted(
    lane: number,
    wanted: readonly WantedWebhook[],
    probes: ReadonlySet<string>,
    permitted: ReadonlySet<string>,
  ): Promise<ReadonlyMap<string, number>> {
    const { courier, database, leaseMs } = this.#parts;
    const taken = new Map(wanted.map(({ webhookId }) => [webhookId, 0]));
    try {
      const rows = await database.run(claimInvocations, { lane, wanted, leaseMs });
      const bodies = await this.#readBodies(rows);
      for (const row of rows) {
        if (row.lost_count > MAX_LOST) {
          await this.#giveUp(lane, row);
          continue;
        }
        taken.set(row.webhook_id, (taken.get(row.webhook_id) ?? 0) + 1);
        courier.deliver({
          id: row.id,
          lane,
          webhookId: row.webhook_id,
          eventId: row.event_id,
          eventType: row.event_type,
          attemptsCount: row.attempts_count,
          manualCount: row.manual_count,
          manual: row.manual,
          probe: probes.has(row.webhook_id),
          permitted: permitted.has(row.webhook_id),
          leasedUntilMs: row.leased_until.getTime(),
          body: bodies.get(row.event_id),
        });
      }
    } finally {
      for (const { webhookId, room } of wanted) {
        const unused = room - (taken.get(webhookId) ?? 0);
        if (unused > 0) courier.cancel(webhookId, unused);
      }
    }
    await this.#lookAhead(lane, wanted, taken);
    return taken;
  }

  /** Ends an invocation that ends the nodes that send it. */
  async #giveUp(lane: number, row: ClaimedRow): Promise<void> {
    this.#parts.log.error({ invocation_id: row.id }, 'an invocation is given up');
    await this.#parts.database.run(endInvocations, {
      leases: [{ lane, invocationId: row.id, leasedUntilMs: row.leased_until.getTime() }],
      reason: `given up: the node ended in each of ${MAX_LOST} attempts before it recorded one`,
    });
  }

  /** Puts the next due time of what was claimed on the agenda. */
  async #lookAhead(
    lane: number,
    wanted: readonly WantedWebhook[],
    taken: ReadonlyMap<string, number>,
  ): Promise<void> {
    const { clock, database } = this.#parts;
    const exhausted: string[] = [];
    for (const { webhookId, room } of wanted) {
      if (taken.get(webhookId) === room) this.note(webhookId, clock.now());
      else exhausted.push(webhookId);
    }
    if (exhausted.length === 0) return;
    for (const { webhook_id, in_ms } of await database.run(nextDue, {
      lane,
      webhookIds: exhausted,
    })) {
      this.note(webhook_id, clock.now() + Math.max(in_ms, LOCKED_WAIT_MS));
    }
  }

  /** The short bodies; where this fails, the courier reads each body itself. */
  async #readBodies(rows: readonly ClaimedRow[]): Promise<Map<string, string | undefined>> {
    const ids = [...new Set(rows.map((row) => row.event_id))];
    if (ids.length === 0) return new Map();
    const { database } = this.#parts;
    const events = await database
      .run(readEvents, { ids, maxBytes: MAX_READ_BODY })
      .catch((error: unknown) => {
        this.#failed(error);
        return [];
      });
    return new Map(events.map(({ id, body }) => [id, body ?? undefined]));
  }

  async #endOrphans(lane: number, webhookId: string): Promise<void> {
    for (;;) {
      const ended = await this.#parts.database.run(endOrphans, {
        lane,
        webhookId,
        limit: ORPHANS_AT_ONCE,
      });
      if (ended.length < ORPHANS_AT_ONCE || this.#stopped) return;
    }
  }

  #failed(error: unknown): void {
    const { log } = this.#parts;
    if (error instanceof Unavailable) log.warn({ err: error }, 'cannot look for due invocations');
    else log.error({ err: error }, 'looking for due invocations failed');
  }
}
