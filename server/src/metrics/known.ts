interface Parts<Value> {
  readonly read: () => Promise<Value>;
  /** It is read again after this time, and no sooner. */
  readonly everyMs: number;
  readonly now: () => number;
  /** Whether an answer was read now, and not kept by somebody who shares it. Default: each was. */
  isRead?(value: Value): boolean;
}

/** A value that is read seldom is tried again after this: a moment without database is not one of a minute. */
const RETRY_MS = 10_000;

/**
 * A value of the database, read when somebody asks and the last one is old. While it cannot be read, the
 * last one stays.
 */
export class Known<Value> {
  readonly #parts: Parts<Value>;
  #value: Value | undefined;
  #reading: Promise<void> | undefined;
  #startedAtMs = Number.NEGATIVE_INFINITY;
  #readAtMs = Number.NEGATIVE_INFINITY;
  #nextAtMs = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #isFailing = false;

  constructor(parts: Parts<Value>) {
    this.#parts = parts;
  }

  /** Undefined before it was read. */
  get value(): Value | undefined {
    return this.#value;
  }

  /** How often it could not be read. */
  get failures(): number {
    return this.#failures;
  }

  /** Whether the last try failed. */
  get isFailing(): boolean {
    return this.#isFailing;
  }

  /** When the reading that waits for an answer began; undefined if none does. */
  get waitingSinceMs(): number | undefined {
    return this.#reading === undefined ? undefined : this.#startedAtMs;
  }

  /** When it was read last; minus infinity where it never was. */
  get readAtMs(): number {
    return this.#readAtMs;
  }

  /** Reads it, unless the last one is new enough. Never rejects; all who ask meanwhile wait for one. */
  refresh(): Promise<void> {
    const { everyMs, now, read } = this.#parts;
    if (this.#reading !== undefined) return this.#reading;
    const startedMs = now();
    if (startedMs < this.#nextAtMs) return Promise.resolve();
    this.#nextAtMs = startedMs + everyMs;
    this.#startedAtMs = startedMs;
    this.#reading = read()
      .then(
        (value) => {
          this.#value = value;
          if (this.#parts.isRead?.(value) ?? true) this.#readAtMs = now();
          this.#isFailing = false;
        },
        () => {
          this.#failures++;
          this.#isFailing = true;
          this.#nextAtMs = Math.min(this.#nextAtMs, startedMs + RETRY_MS);
        },
      )
      .finally(() => {
        this.#reading = undefined;
      });
    return this.#reading;
  }
}
