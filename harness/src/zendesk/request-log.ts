import type { Fault } from './faults.ts';

/** A request as the double answered it. */
export interface LoggedRequest {
  /** By the clock of the double. */
  readonly atMs: number;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** What the answer would have been without the fault. */
  readonly status: number;
  readonly fault: Fault['kind'] | undefined;
}

/** Runs of hours must not fill the memory. */
const REMEMBERED = 20_000;

/** What was asked: the latest requests, and how many there were in each minute. */
export class RequestLog {
  readonly #latest: LoggedRequest[] = [];
  readonly #perMinute = new Map<number, number>();
  #count = 0;

  add(request: LoggedRequest): void {
    this.#count++;
    const minute = Math.floor(request.atMs / 60_000) * 60_000;
    this.#perMinute.set(minute, (this.#perMinute.get(minute) ?? 0) + 1);
    this.#latest.push(request);
    if (this.#latest.length > REMEMBERED * 2) this.#latest.splice(0, REMEMBERED);
  }

  get count(): number {
    return this.#count;
  }

  /** At least the latest 20,000. */
  get latest(): readonly LoggedRequest[] {
    return this.#latest;
  }

  /** By the beginning of the minute. */
  get perMinute(): ReadonlyMap<number, number> {
    return this.#perMinute;
  }

  /** The most requests in one minute. */
  get busiestMinute(): number {
    return Math.max(0, ...this.#perMinute.values());
  }
}
