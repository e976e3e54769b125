/** An answer that several callers get. */
export interface SharedAnswer {
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
}

/** A read that will answer whoever waits for it. */
export interface BegunRead {
  readonly key: string;
  readonly atMs: number;
  /** Resolves when the read has ended, with its answer if it has one to share. */
  readonly ended: Promise<SharedAnswer | undefined>;
  readonly end: (answer: SharedAnswer | undefined) => void;
}

interface Kept extends SharedAnswer {
  /** When the read began: it may lack what was written from then on. */
  readonly atMs: number;
}

/** What was found for a caller. */
export interface Found {
  readonly answer: SharedAnswer;
  readonly ageMs: number;
}

interface Options {
  /** Of all answers that are kept. */
  readonly bytes: number;
  /** Of one answer; a longer one is not shared. */
  readonly longest: number;
  /** After this time an answer is no longer kept. */
  readonly keptMs: number;
  readonly nowMs: () => number;
}

/** The key and the rest of an entry, beside its body. */
const ENTRY_BYTES = 500;

/**
 * Answers that callers share who accept an answer of some age: the newest of each key, and the reads that
 * have begun. An answer is as old as the beginning of its read.
 */
export class SharedAnswers {
  readonly #options: Options;
  /** Oldest first. */
  readonly #kept = new Map<string, Kept>();
  readonly #begun = new Map<string, BegunRead>();
  #bytes = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Of the answers that are kept; what is over the limit was removed. */
  get bytes(): number {
    return this.#bytes;
  }

  /** An answer that is younger than this: who polls at this interval never gets its own again. */
  find(key: string, maxAgeMs: number): Found | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    const ageMs = this.#options.nowMs() - kept.atMs;
    return ageMs < maxAgeMs ? { answer: kept, ageMs } : undefined;
  }

  /** A read that has begun, and whose answer will be young enough by its beginning. */
  begun(key: string, maxAgeMs: number): BegunRead | undefined {
    const read = this.#begun.get(key);
    return read && this.#options.nowMs() - read.atMs < maxAgeMs ? read : undefined;
  }

  /** Begins a read. Whoever begins it calls `end`, whatever becomes of it. */
  begin(key: string): BegunRead {
    let end: BegunRead['end'] = () => undefined;
    const ended = new Promise<SharedAnswer | undefined>((resolve) => {
      end = resolve;
    });
    const read: BegunRead = { key, atMs: this.#options.nowMs(), ended, end };
    this.#begun.set(key, read);
    return read;
  }

  /** Ends a read, with its answer if that may be shared, and answers those who wait for it. */
  end(read: BegunRead, answer?: SharedAnswer): void {
    // A newer read of the same key may have begun, for a caller that wanted a younger answer.
    if (this.#begun.get(read.key) === read) this.#begun.delete(read.key);
    if (answer !== undefined) this.#keep(read.key, { ...answer, atMs: read.atMs });
    read.end(answer);
  }

  #keep(key: string, kept: Kept): void {
    const { bytes, keptMs, longest, nowMs } = this.#options;
    const older = this.#kept.get(key);
    if (kept.body.length > longest || (older !== undefined && older.atMs > kept.atMs)) return;
    this.#remove(key);
    this.#kept.set(key, kept);
    this.#bytes += sizeOf(key, kept);
    for (const [oldKey, { atMs }] of this.#kept) {
      if (this.#bytes <= bytes && nowMs() - atMs <= keptMs) break;
      this.#remove(oldKey);
    }
  }

  #remove(key: string): void {
    const kept = this.#kept.get(key);
    if (kept === undefined) return;
    this.#kept.delete(key);
    this.#bytes -= sizeOf(key, kept);
  }
}

/** A character of a text takes two bytes at most. */
const sizeOf = (key: string, { body }: Kept): number =>
  2 * (key.length + body.length) + ENTRY_BYTES;
