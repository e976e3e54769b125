import type { Database } from '../database/database.ts';
import type { DeliveryMetrics } from '../metrics/delivery-metrics.ts';
import type { Clock } from '../model/clock.ts';
import { historyEntry } from '../model/history-entry.ts';
import type { ReasonCode } from '../model/reason-code.ts';
import { parkInvocations } from '../sql/park-invocations.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Database;
  readonly metrics?: Pick<DeliveryMetrics, 'finished' | 'held'> | undefined;
}

/** Why due invocations of a webhook are held back. */
export interface HeldBack {
  readonly status: 'circuit broken' | 'throttled';
  readonly reasonCode: ReasonCode;
  /** They are ended instead of waiting. */
  readonly ends: boolean;
  readonly reason: string;
  /** A new value parks everything again, for example when the breaker opened once more. */
  readonly episode: number;
}

/** Few, so that other webhooks of the lane hardly wait for it. */
const AT_ONCE = 500;

/** A row may be committed up to this long after its due time. */
const LATE_MS = 60_000;

/**
 * Marks invocations as held back, a page at a time. Per webhook it remembers its position, so a
 * backlog is not read again each time.
 */
export class Parking {
  readonly #clock: Clock;
  readonly #database: Database;
  readonly #metrics: Pick<DeliveryMetrics, 'finished' | 'held'> | undefined;
  readonly #positions = new Map<string, { readonly episode: number; readonly fromUs: number }>();

  constructor({ clock, database, metrics }: Parts) {
    this.#clock = clock;
    this.#database = database;
    this.#metrics = metrics;
  }

  /** Parks one page. Resolves to whether there may be more. */
  async park(lane: number, webhookId: string, held: HeldBack): Promise<boolean> {
    const position = this.#positions.get(webhookId);
    const fromUs = position?.episode === held.episode ? position.fromUs : 0;
    const { status, ends, reason, reasonCode } = held;
    const nowMs = this.#clock.now();
    const parked = await this.#database.run(parkInvocations, {
      lane,
      webhookId,
      status,
      ends,
      reason,
      reasonCode,
      entry: historyEntry(nowMs, status, reason),
      fromUs,
      limit: AT_ONCE,
    });
    // A manual attempt waits also where others end.
    const ended = parked.filter((row) => row.ends).length;
    this.#metrics?.finished('circuit broken', ended);
    this.#metrics?.held(status, parked.length - ended);
    const more = parked.length === AT_ONCE;
    // The last page covered everything due, even rows that needed no mark.
    const seenUs = more ? fromUs : Math.max(fromUs, 1_000 * (nowMs - LATE_MS));
    const latestUs = parked.reduce((latest, row) => Math.max(latest, row.due_at_us), seenUs);
    this.#positions.set(webhookId, { episode: held.episode, fromUs: latestUs });
    return more;
  }

  /** The webhook is no longer held back, or was deleted. */
  forget(webhookId: string): void {
    this.#positions.delete(webhookId);
  }
}
