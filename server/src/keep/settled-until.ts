import { SETTLED_MS } from '../model/settled-ms.ts';
import { MINUTE_MS } from '../model/time-units.ts';
import type { Snapshot } from '../sql/read-snapshot.ts';

const BETWEEN_MARKS_MS = MINUTE_MS / 2;

/** Marks that wait for old transactions; of more, every other one goes. */
const MOST_MARKS = 32;

/**
 * Says up to which moment nothing can be added to the trail: neither an event or an early attempt whose
 * id is older, nor a late attempt that was recorded before. A transaction that had its number before a
 * mark may still write such rows, so a mark counts once every transaction that was running then has
 * ended, however long that takes. One that gets its number later reads the clock after that
 * (`SETTLED_MS`).
 */
export class SettledUntil {
  #marks: { readonly atMs: number; readonly next: number }[] = [];
  #settledMs: number | undefined;

  observe({ now_ms: nowMs, next, oldest }: Snapshot): void {
    const waiting = this.#marks.filter((mark) => mark.next > oldest);
    for (const { atMs } of this.#marks.slice(0, this.#marks.length - waiting.length)) {
      this.#settledMs = Math.floor(atMs) - SETTLED_MS;
    }
    // The clock was set back: what comes now has times that were over.
    if (this.#settledMs !== undefined) {
      this.#settledMs = Math.min(this.#settledMs, Math.floor(nowMs) - SETTLED_MS);
    }
    const latest = waiting.at(-1);
    if (latest === undefined || nowMs - latest.atMs >= BETWEEN_MARKS_MS) {
      waiting.push({ atMs: nowMs, next });
    }
    this.#marks =
      waiting.length > MOST_MARKS ? waiting.filter((_mark, index) => index % 2 === 0) : waiting;
  }

  /** Milliseconds since 1970; undefined before two snapshots. */
  get ms(): number | undefined {
    return this.#settledMs;
  }
}
