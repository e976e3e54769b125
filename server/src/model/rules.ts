/** The rules of delivery, from a profile or a webhook (spec/contract.md, "Delivery rules"). */
export interface Rules {
  /** For the whole request, from dialling to the last byte of the response. */
  readonly timeLimitMs: number;
  /** The wait before each retry; when retries are exhausted, the last outcome is final. */
  readonly scheduleMs: readonly number[];
  /** The share by which each wait varies in both directions, so that retries do not synchronise. */
  readonly jitter: number;
  /** Which failures are retried. The first match decides; a failure without a match is final. */
  readonly retried: readonly RetryRule[];
  readonly retryAfter: RetryAfterRule;
  /** Whether 410 Gone deactivates the webhook as well as ending the invocation. */
  readonly gone: 'deactivates' | 'ends';
  /** Requests that a webhook may have in flight from one node. */
  readonly concurrency: number;
  /** The most requests in any span of time, from all nodes together; null for no limit. */
  readonly rateLimit: RateLimit | null;
  /** Null for no breaker. */
  readonly breaker: BreakerRules | null;
  /** Whether invocations wait for an open breaker to close, or end. */
  readonly whileOpen: 'wait' | 'end';
  /** Whether requests also carry the three headers of Standard Webhooks. */
  readonly standardWebhooks: boolean;
}

export interface RetryRule {
  /** Any failure, a timeout, or one status code. */
  readonly failure: 'any' | 'timeout' | number;
  /** The most retries, counted over all scheduled attempts. */
  readonly times: number;
  /** Retried only if the response carries `Retry-After`. */
  readonly ifAsked: boolean;
}

export interface RetryAfterRule {
  readonly maxMs: number;
  /** What happens to a longer wait: it is cut to `maxMs`, or the outcome is final. */
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
  /** It opens at this share of errors, from 0 to 1, after `minRequests` requests... */
  readonly errorShare: number;
  readonly minRequests: number;
  /** ... or when errors exceed this number, whatever their share. */
  readonly maxErrors: number;
  /** From opening to the first probe. Each failed probe doubles it, up to `maxOpenMs`. */
  readonly openMs: number;
  readonly maxOpenMs: number;
}

/** The rules that a webhook may override. */
export type OwnRules = Partial<
  Pick<
    Rules,
    'timeLimitMs' | 'scheduleMs' | 'concurrency' | 'rateLimit' | 'breaker' | 'standardWebhooks'
  >
>;
