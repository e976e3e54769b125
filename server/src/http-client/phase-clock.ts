import { NO_PHASE, PHASES, type Phase, type PhaseTimes } from '../model/phases.ts';

/**
 * Measures the phases of a request on the monotonic clock: each begins where the one before it ends, and
 * the last ends with the request, so that they add up to the whole. Phases only go forward: a server may
 * answer before it has read the request.
 */
export class PhaseClock {
  readonly #started = performance.now();
  readonly #times: number[] = PHASES.map(() => NO_PHASE);
  #phase = NO_PHASE;
  /** When the current phase began, in whole milliseconds since the start. */
  #begun = 0;

  /** Ends the current phase and begins another one. */
  enter(phase: Phase): void {
    const next = PHASES.indexOf(phase);
    if (next <= this.#phase) return;
    if (this.#phase !== NO_PHASE) this.#finish();
    this.#phase = next;
  }

  /** Ends the last phase, and returns how long the whole took. */
  end(): number {
    if (this.#phase === NO_PHASE) return this.#now();
    this.#finish();
    return this.#begun;
  }

  /** Undefined if no connection was opened. */
  get times(): PhaseTimes | undefined {
    return this.#phase === NO_PHASE ? undefined : this.#times;
  }

  #finish(): void {
    const nowMs = this.#now();
    this.#times[this.#phase] = nowMs - this.#begun;
    this.#begun = nowMs;
  }

  #now(): number {
    return Math.round(performance.now() - this.#started);
  }
}
