import type { Database } from '../database/database.ts';
import type { Clock } from '../model/clock.ts';
import { historyEntry } from '../model/history-entry.ts';
import { parkInvocations } from '../sql/park-invocations.ts';

/** Why due invocations of a webhook are held back. */
export interface HeldBack {
  readonly status: 'circuit broken' | 'throttled';
  /** They end instead of waiting. */
  readonly ends: boolean;
  readonly reason: string;
  /** Changes when all that waits has to be looked at again, such as when the breaker opened. */
  readonly episode: number;
}

/** Few, so that neighbours in the lane hardly wait for it. */
const AT_ONCE = 500;

/** A row may be committed this much after the time at which it fell due. */
const LATE_MS = 60_000;

/**
 * Notes on invocations that they are held back, a page at a time. Per webhook it remembers how far it
 * came, so that a backlog is not read again at every turn.
 */
export class Parking {
  readonly #clock: Clock;
  readonly #database: Database;
  readonly #places = new Map<string, { readonly episode: number; readonly fromUs: number }>();

  constructor({ clock, database }: { clock: Clock; database: Database }) {
    this.#clock = clock;
    this.#database = database;
  }

  /** Parks one page. Resolves to whether there may be more. */
  async park(lane: number, webhookId: string, held: HeldBack): Promise<boolean> {
    const place = this.#places.get(webhookId);
    const fromUs = place?.episode === held.episode ? place.fromUs : 0;
    const { status, ends, reason } = held;
    const nowMs = this.#clock.now();
    const parked = await this.#database.run(parkInvocations, {
      lane,
      webhookId,
      status,
      ends,
      reason,
      entry: historyEntry(nowMs, status, reason),
      fromUs,
      limit: AT_ONCE,
    });
    const more = parked.length === AT_ONCE;
    // The last page went through all that is due, also where there was nothing to note on it.
    const seenUs = more ? fromUs : Math.max(fromUs, 1_000 * (nowMs - LATE_MS));
    const latestUs = parked.reduce((latest, row) => Math.max(latest, row.due_at_us), seenUs);
    this.#places.set(webhookId, { episode: held.episode, fromUs: latestUs });
    return more;
  }

  /** The webhook is not held back any more. */
  forget(webhookId: string): void {
    this.#places.delete(webhookId);
  }
}
