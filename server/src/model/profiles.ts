import type { BreakerRules, Rules } from './rules.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const BREAKER: BreakerRules = {
  windowMs: 5 * MINUTE,
  errorShare: 0.7,
  minRequests: 100,
  maxErrors: 1_000,
  openMs: 5 * SECOND,
  maxOpenMs: 60 * SECOND,
};

/** The named sets of rules (spec/contract.md, "Delivery rules"). */
export const PROFILES = {
  /** The default: retries everything except 410 for about two days, and loses nothing. */
  durable: {
    timeLimitMs: 12 * SECOND,
    scheduleMs: [
      5 * SECOND,
      30 * SECOND,
      2 * MINUTE,
      10 * MINUTE,
      1 * HOUR,
      3 * HOUR,
      6 * HOUR,
      12 * HOUR,
      24 * HOUR,
    ],
    jitter: 0.2,
    retried: [{ failure: 'any', times: Number.POSITIVE_INFINITY, ifAsked: false }],
    retryAfter: { maxMs: 1 * HOUR, longer: 'is cut' },
    gone: 'deactivates',
    concurrency: 64,
    rateLimit: null,
    breaker: BREAKER,
    whileOpen: 'wait',
    standardWebhooks: false,
  },
  /**
   * Behaves like the real service. The contract does not say how often 429 and 503 are retried;
   * here it is as often as a timeout, because the retries must end.
   */
  zendesk: {
    timeLimitMs: 12 * SECOND,
    scheduleMs: [1 * SECOND, 2 * SECOND, 3 * SECOND, 4 * SECOND, 5 * SECOND],
    jitter: 0.2,
    retried: [
      { failure: 409, times: 3, ifAsked: false },
      { failure: 'timeout', times: 5, ifAsked: false },
      { failure: 429, times: 5, ifAsked: true },
      { failure: 503, times: 5, ifAsked: true },
    ],
    retryAfter: { maxMs: 60 * SECOND - 1, longer: 'is final' },
    gone: 'ends',
    concurrency: 64,
    rateLimit: { requests: 60, spanMs: MINUTE },
    breaker: { ...BREAKER, maxOpenMs: BREAKER.openMs },
    whileOpen: 'end',
    standardWebhooks: false,
  },
} as const satisfies Record<string, Rules>;

/** The name of a profile. */
export type Profile = keyof typeof PROFILES;

/** The longest time limit that a webhook may set. */
export const MAX_TIME_LIMIT_MS = 60 * SECOND;

/** The longest total of a retry schedule. Partitions outlive the retention by this much. */
export const MAX_SCHEDULE_MS = 3 * 24 * HOUR;
