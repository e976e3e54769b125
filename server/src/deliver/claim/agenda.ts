import TinyQueue from 'tinyqueue';

interface Entry {
  readonly webhookId: string;
  readonly atMs: number;
}

/** Rebuilding the queue is not worth it for fewer superseded entries. */
const SPARE_ENTRIES = 1_000;

const byTime = (a: Entry, b: Entry) => a.atMs - b.atMs;

/**
 * When each webhook next has work, as far as this node knows. It is a hint, never the truth: the
 * truth is `due_at` in the database, which the sweep reads regularly.
 *
 * A webhook has one time, the earliest it was given. Superseded entries stay in the queue and are
 * skipped when their time comes. That may be a day away, and a busy webhook supersedes tomorrow's
 * retry many times a second, so the queue is rebuilt when most entries are superseded.
 */
export class Agenda {
  readonly #times = new Map<string, number>();
  #queue = new TinyQueue<Entry>([], byTime);

  /** Schedules a webhook, unless it already has an earlier time. */
  note(webhookId: string, atMs: number): void {
    const known = this.#times.get(webhookId);
    if (known !== undefined && known <= atMs) return;
    this.#times.set(webhookId, atMs);
    this.#queue.push({ webhookId, atMs });
    if (this.#queue.length > 2 * this.#times.size + SPARE_ENTRIES) {
      const current = [...this.#times].map(([id, time]) => ({ webhookId: id, atMs: time }));
      this.#queue = new TinyQueue(current, byTime);
    }
  }

  /** How many entries are in memory, superseded ones included. */
  get size(): number {
    return this.#queue.length;
  }

  /** The earliest time; undefined when the agenda is empty. */
  next(): number | undefined {
    this.#skipSuperseded();
    return this.#queue.peek()?.atMs;
  }

  /** Removes and returns the webhooks whose time has come. */
  take(nowMs: number): string[] {
    const due: string[] = [];
    for (;;) {
      this.#skipSuperseded();
      const entry = this.#queue.peek();
      if (entry === undefined || entry.atMs > nowMs) return due;
      this.#queue.pop();
      this.#times.delete(entry.webhookId);
      due.push(entry.webhookId);
    }
  }

  #skipSuperseded(): void {
    for (;;) {
      const entry = this.#queue.peek();
      if (entry === undefined || this.#times.get(entry.webhookId) === entry.atMs) return;
      this.#queue.pop();
    }
  }
}
