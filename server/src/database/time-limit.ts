/** Something that must end within the time. */
export interface Limited {
  /** The time is over. */
  overdue(): void;
}

/**
 * Ends what takes longer than a time. All of it shares one timer, which runs once in that time: a timer for
 * each statement is made, sorted in and cleared again within a millisecond.
 */
export class TimeLimit {
  readonly #limitMs: number;
  /** When each began, the oldest first. */
  readonly #begun = new Map<Limited, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  begin(one: Limited): void {
    this.#begun.set(one, performance.now());
    if (this.#timer === undefined) this.#lookIn(this.#limitMs);
  }

  end(one: Limited): void {
    this.#begun.delete(one);
  }

  /** Keeps no process alive: what it waits for has a socket. */
  #lookIn(ms: number): void {
    this.#timer = setTimeout(() => this.#look(), Math.ceil(ms)).unref();
  }

  #look(): void {
    this.#timer = undefined;
    const nowMs = performance.now();
    for (const [one, begunAtMs] of this.#begun) {
      const leftMs = begunAtMs + this.#limitMs - nowMs;
      if (leftMs > 0) {
        this.#lookIn(leftMs);
        return;
      }
      this.#begun.delete(one);
      one.overdue();
    }
  }
}
