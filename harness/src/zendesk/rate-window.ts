/** The webhook endpoints of an account allow this many requests a minute. */
const REQUESTS_A_MINUTE = 100;

const MINUTE_MS = 60_000;

interface RateAnswer {
  readonly allowed: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

/** The requests of a minute of the clock against the limit. */
export class RateWindow {
  limit: number = REQUESTS_A_MINUTE;
  #minute = 0;
  #used = 0;

  take(nowMs: number): RateAnswer {
    const minute = Math.floor(nowMs / MINUTE_MS);
    if (minute !== this.#minute) this.#used = 0;
    this.#minute = minute;
    const allowed = this.#used < this.limit;
    if (allowed) this.#used++;
    const headers = {
      'x-rate-limit': String(this.limit),
      'x-rate-limit-remaining': String(this.limit - this.#used),
    };
    if (allowed) return { allowed, headers };
    const seconds = Math.ceil(((minute + 1) * MINUTE_MS - nowMs) / 1_000);
    return { allowed, headers: { ...headers, 'retry-after': String(seconds) } };
  }
}
