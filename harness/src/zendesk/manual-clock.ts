/** A clock that only a test moves, so that days pass in milliseconds. */
export class ManualClock {
  #nowMs: number;

  constructor(startMs: number = Date.UTC(2026, 0, 5, 9)) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  advance(ms: number): void {
    this.advanceTo(this.#nowMs + ms);
  }

  /** @throws RangeError if the time is past */
  advanceTo(atMs: number): void {
    if (!(atMs >= this.#nowMs)) throw new RangeError('a clock does not go back');
    this.#nowMs = atMs;
  }
}
