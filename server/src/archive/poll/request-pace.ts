import { MINUTE_MS, SECOND_MS } from '../../model/time-units.ts';
import type { AnswerFacts } from '../remote/create-remote.ts';

/** Of the endpoints of webhooks of the real service, until an answer says another one. */
const USUAL_LIMIT = 100;

/** Where others use the account's requests up, it is looked at again so much later. */
const HELD_MS = 10 * SECOND_MS;

/**
 * Spreads requests evenly over our share of what the service allows a minute, and leaves the rest to
 * others: when less than that is left, it waits.
 */
export class RequestPace {
  readonly #share: number;
  #limit: number;
  #nextMs = 0;

  /** @param share per cent */
  constructor(share: number, limit: number | null) {
    this.#share = share / 100;
    this.#limit = limit ?? USUAL_LIMIT;
  }

  get spacingMs(): number {
    return MINUTE_MS / Math.max(1, this.#limit * this.#share);
  }

  get limit(): number {
    return this.#limit;
  }

  /** When the next request may be sent. */
  get nextMs(): number {
    return this.#nextMs;
  }

  /** A request is sent. */
  begin(nowMs: number): void {
    // One that is late does not delay those after it, up to a second.
    this.#nextMs = Math.max(this.#nextMs, nowMs - SECOND_MS) + this.spacingMs;
  }

  /** An answer came. */
  note({ limit, remaining }: AnswerFacts, nowMs: number): void {
    if (limit !== undefined && limit > 0) this.#limit = limit;
    const reserve = this.#limit * (1 - this.#share);
    if (remaining !== undefined && remaining < Math.floor(reserve)) this.holdUntil(nowMs + HELD_MS);
  }

  holdUntil(atMs: number): void {
    this.#nextMs = Math.max(this.#nextMs, atMs);
  }
}
