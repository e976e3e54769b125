import TinyQueue from 'tinyqueue';

interface Entry {
  readonly webhookId: string;
  readonly atMs: number;
}

/** So many entries too many are not worth the work of making the queue anew. */
const SPARE_ENTRIES = 1_000;

const byTime = (a: Entry, b: Entry) => a.atMs - b.atMs;

/**
 * When which webhook next has work to do, as far as this node knows. It is a hint, never the truth:
 * the truth is `due_at` in the database, which the sweep reads again and again.
 *
 * A webhook has one time, the earliest it was given; entries of the queue that were overtaken stay
 * in it and are skipped when their turn comes. That may be a day away, and a busy webhook overtakes
 * its retry of tomorrow many times a second: when most entries are such, the queue is made anew.
 */
export class Agenda {
  readonly #times = new Map<string, number>();
  #queue = new TinyQueue<Entry>([], byTime);

  /** Takes note of work, unless something earlier is known. */
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

  /** How many entries are in memory, those that were overtaken included. */
  get size(): number {
    return this.#queue.length;
  }

  /** The earliest time, or undefined when nothing is known. */
  next(): number | undefined {
    this.#skipOvertaken();
    return this.#queue.peek()?.atMs;
  }

  /** Takes out the webhooks whose time has come. */
  take(nowMs: number): string[] {
    const due: string[] = [];
    for (;;) {
      this.#skipOvertaken();
      const entry = this.#queue.peek();
      if (entry === undefined || entry.atMs > nowMs) return due;
      this.#queue.pop();
      this.#times.delete(entry.webhookId);
      due.push(entry.webhookId);
    }
  }

  #skipOvertaken(): void {
    for (;;) {
      const entry = this.#queue.peek();
      if (entry === undefined || this.#times.get(entry.webhookId) === entry.atMs) return;
      this.#queue.pop();
    }
  }
}
