import type { Logger } from 'pino';
import type { Database } from '../../database/database.ts';
import type { Directory } from '../../directory/directory.ts';
import { isSendable } from '../../gates/is-sendable.ts';
import { logFailure } from '../../log/log-failure.ts';
import type { Clock } from '../../model/clock.ts';
import { LANES } from '../../model/lanes.ts';
import { findDueWebhooks } from '../../sql/find-due-webhooks.ts';
import { Agenda } from './agenda.ts';
import type { Backlogs } from './backlogs.ts';
import { dayRanges } from './day-ranges.ts';

interface Parts {
  /** Notes what sweeps find. */
  readonly backlogs: Backlogs;
  readonly clock: Clock;
  readonly database: Database;
  readonly directory: Directory;
  readonly hasRoom: (webhookId: string) => boolean;
  readonly log: Logger;
  /** Called with the webhooks to claim for now. */
  readonly onDue: (webhookIds: readonly string[]) => void;
  /** Called with what a sweep finds, and when it is due (milliseconds since 1970). */
  readonly onFound: (webhookId: string, dueMs: number) => void;
}

/** One lane is swept each time: all 64 in 32 s, at two statements a second. */
const SWEEP_INTERVAL_MS = 500;

/** How far a sweep looks ahead: so that one that fails, or is late, leaves the next in time. */
const HORIZON_MS = 2 * LANES * SWEEP_INTERVAL_MS;

/** The longest delay of `setTimeout`, some 25 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Decides when to claim for which webhook.
 *
 * A webhook is on the agenda, waits for room, or is unknown here. It gets onto the agenda by what
 * this node writes, by notifications of other nodes, by the next due time that each claim looks up,
 * and by the sweep, which reads every lane in turn and finds what all these missed. A webhook that
 * is due but has no room on this node waits until a place is released, or until the next sweep.
 */
export class Scheduler {
  readonly #parts: Parts;
  readonly #agenda = new Agenda();
  readonly #roomless = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #timerAtMs = Number.POSITIVE_INFINITY;
  #sweepTimer: NodeJS.Timeout | undefined;
  #sweepLane = 0;
  #sweeping = false;
  #stopped = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Sweeps every lane once, then one lane per interval. It never rejects: claims of the first lanes have
   * begun when a later lane fails, and requests are in flight by then.
   */
  async start(): Promise<void> {
    this.#sweepTimer = setInterval(() => {
      void this.#sweepAlone(() => {
        this.#sweepLane = (this.#sweepLane + 1) % LANES;
        return this.#sweep(this.#sweepLane);
      });
    }, SWEEP_INTERVAL_MS);
    await this.#sweepAlone(() => this.#sweepAll());
  }

  /** One at a time: a database that is slower than the interval must not get ever more of them. */
  async #sweepAlone(sweep: () => Promise<void>): Promise<void> {
    if (this.#sweeping) return;
    this.#sweeping = true;
    try {
      await sweep();
    } catch (error) {
      logFailure(this.#parts.log, error, 'could not sweep a lane for due invocations');
    } finally {
      this.#sweeping = false;
    }
  }

  /** Sweeps every lane now, because notifications were missed; a start does so anyway. */
  async catchUp(): Promise<void> {
    if (this.#sweepTimer !== undefined) await this.#sweepAll();
  }

  /** Schedules a claim for a webhook at a time (milliseconds since 1970). */
  note(webhookId: string, atMs: number): void {
    if (this.#stopped) return;
    const { clock, directory, hasRoom } = this.#parts;
    // An event for thousands of webhooks that hang would begin a claim for each, which finds no room. What is left of
    // a deleted webhook needs none.
    const waits = this.#roomless.has(webhookId) && directory.webhook(webhookId) !== undefined;
    if (waits && atMs <= clock.now() && !hasRoom(webhookId)) return;
    this.#agenda.note(webhookId, atMs);
    this.#arm();
  }

  /** Schedules a claim for when the webhook has room. */
  waitForRoom(webhookId: string): void {
    this.#roomless.add(webhookId);
  }

  /** A webhook may have room again. */
  roomFor(webhookId: string): void {
    if (this.#roomless.size === 0) return;
    const { clock, hasRoom } = this.#parts;
    if (this.#roomless.has(webhookId) && hasRoom(webhookId)) {
      this.#roomless.delete(webhookId);
      this.note(webhookId, clock.now());
    }
  }

  /** Schedules nothing more. A sweep in progress has no effect. */
  stop(): void {
    this.#stopped = true;
    clearInterval(this.#sweepTimer);
    clearTimeout(this.#timer);
  }

  async #sweepAll(): Promise<void> {
    for (let lane = 0; lane < LANES; lane++) await this.#sweep(lane);
  }

  async #sweep(lane: number): Promise<void> {
    if (this.#stopped) return;
    const { backlogs, clock, database, directory, onFound } = this.#parts;
    const params = { lane, withinMs: HORIZON_MS, ranges: dayRanges(clock.now()) };
    const found = await database.run(findDueWebhooks, params);
    const nowMs = clock.now();
    const due = found.map(({ in_ms, webhook_id }) => ({
      webhookId: webhook_id,
      sinceMs: nowMs + in_ms,
    }));
    backlogs.swept(lane, due, nowMs);
    for (const { webhookId, sinceMs } of due) onFound(webhookId, sinceMs);
    for (const { webhook_id, in_ms } of found) {
      // Rows of a webhook that may not send stay due: there is nothing to do for them.
      const webhook = directory.webhook(webhook_id);
      if (webhook === undefined || isSendable(webhook, directory.account(webhook.accountId))) {
        this.note(webhook_id, clock.now() + in_ms);
      }
    }
    // If the whole node was out of room, no released place of their own wakes these webhooks.
    for (const webhookId of this.#roomless) this.roomFor(webhookId);
  }

  #arm(): void {
    const next = this.#agenda.next();
    if (next === undefined || next >= this.#timerAtMs || this.#stopped) return;
    const { clock, onDue } = this.#parts;
    clearTimeout(this.#timer);
    this.#timerAtMs = next;
    const waitMs = Math.min(Math.max(0, Math.ceil(next - clock.now())), LONGEST_TIMER_MS);
    this.#timer = setTimeout(() => {
      this.#timerAtMs = Number.POSITIVE_INFINITY;
      onDue(this.#agenda.take(clock.now()));
      this.#arm();
    }, waitMs);
  }
}
