/** The rules by which invocations are delivered (contract §6): a profile's, or a webhook's own. */
export interface Rules {
  /** For the whole request, from dialling to the last byte of the answer. */
  readonly timeLimitMs: number;
  /** The wait before each retry; when it is used up, the last outcome is final. */
  readonly scheduleMs: readonly number[];
  /** Each wait is shortened or lengthened by up to this share, so that retries do not come in step. */
  readonly jitter: number;
  /** Which failures are tried again; the first that fits decides, and none is final. */
  readonly retried: readonly RetryRule[];
  readonly retryAfter: RetryAfterRule;
  /** What 410 Gone does besides ending the invocation. */
  readonly gone: 'deactivates' | 'ends';
  /** Requests that a webhook may have under way from one node. */
  readonly concurrency: number;
  /** Requests that a webhook gets in any span of time, from all nodes together. */
  readonly rateLimit: RateLimit | null;
  /** Null: there is none. */
  readonly breaker: BreakerRules | null;
  /** Whether invocations wait for an open breaker to close, or end. */
  readonly whileOpen: 'wait' | 'end';
  /** Whether the three headers of Standard Webhooks are sent as well. */
  readonly standardWebhooks: boolean;
}

export interface RetryRule {
  /** The status of an attempt, a status code, or any failure. */
  readonly failure: 'any' | 'timeout' | number;
  /** How many retries at most, counted over all attempts of the schedule. */
  readonly times: number;
  /** Only if the answer says when, in `Retry-After`. */
  readonly ifAsked: boolean;
}

export interface RetryAfterRule {
  readonly maxMs: number;
  /** What a longer wait than that comes to. */
  readonly longer: 'is cut' | 'is final';
}

export interface RateLimit {
  readonly requests: number;
  readonly spanMs: number;
}

/** When the circuit breaker of a webhook opens, and for how long. */
export interface BreakerRules {
  /** Outcomes older than this do not count; a multiple of 10 s. */
  readonly windowMs: number;
  /** It opens at this share of errors, if there were as many requests... */
  readonly errorShare: number;
  readonly minRequests: number;
  /** ... or when there were more errors than this, whatever their share. */
  readonly maxErrors: number;
  /** From opening to the first probe; doubled by each probe that fails, up to `maxOpenMs`. */
  readonly openMs: number;
  readonly maxOpenMs: number;
}

/** The rules that a webhook may have of its own. */
export type OwnRules = Partial<
  Pick<
    Rules,
    'timeLimitMs' | 'scheduleMs' | 'concurrency' | 'rateLimit' | 'breaker' | 'standardWebhooks'
  >
>;
