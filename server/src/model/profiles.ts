import type { BreakerRules, Rules } from './rules.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from './time-units.ts';

const BREAKER: BreakerRules = {
  windowMs: 5 * MINUTE_MS,
  errorShare: 0.7,
  minRequests: 100,
  maxErrors: 1_000,
  openMs: 5 * SECOND_MS,
  maxOpenMs: 60 * SECOND_MS,
};

/** The named sets of rules (spec/contract.md, "Delivery rules"). */
export const PROFILES = {
  /** The default: retries everything except 410 for about two days, and loses nothing. */
  durable: {
    timeLimitMs: 12 * SECOND_MS,
    scheduleMs: [
      5 * SECOND_MS,
      30 * SECOND_MS,
      2 * MINUTE_MS,
      10 * MINUTE_MS,
      1 * HOUR_MS,
      3 * HOUR_MS,
      6 * HOUR_MS,
      12 * HOUR_MS,
      24 * HOUR_MS,
    ],
    jitter: 0.2,
    retried: [{ failure: 'any', times: Number.POSITIVE_INFINITY, ifAsked: false }],
    retryAfter: { maxMs: 1 * HOUR_MS, longer: 'is cut' },
    gone: 'deactivates',
    concurrency: 64,
    rateLimit: null,
    breaker: BREAKER,
    whileOpen: 'wait',
    standardWebhooks: false,
    propagateTrace: 'off',
    signatures: ['v1'],
    cloudEvents: null,
  },
  /**
   * Behaves like the real service. The contract does not say how often 429 and 503 are retried;
   * here it is as often as a timeout, because the retries must end.
   */
  zendesk: {
    timeLimitMs: 12 * SECOND_MS,
    scheduleMs: [1 * SECOND_MS, 2 * SECOND_MS, 3 * SECOND_MS, 4 * SECOND_MS, 5 * SECOND_MS],
    jitter: 0.2,
    retried: [
      { failure: 409, times: 3, ifAsked: false },
      { failure: 'timeout', times: 5, ifAsked: false },
      { failure: 429, times: 5, ifAsked: true },
      { failure: 503, times: 5, ifAsked: true },
    ],
    retryAfter: { maxMs: 60 * SECOND_MS - 1, longer: 'is final' },
    gone: 'ends',
    concurrency: 64,
    rateLimit: { requests: 60, spanMs: MINUTE_MS },
    breaker: { ...BREAKER, maxOpenMs: BREAKER.openMs },
    whileOpen: 'end',
    standardWebhooks: false,
    propagateTrace: 'off',
    signatures: ['v1'],
    cloudEvents: null,
  },
} as const satisfies Record<string, Rules>;

/** The name of a profile. */
export type Profile = keyof typeof PROFILES;

/** The longest time limit that a webhook may set. */
export const MAX_TIME_LIMIT_MS = 60 * SECOND_MS;

/** The longest total of a retry schedule. Partitions outlive the retention by this much. */
export const MAX_SCHEDULE_MS = 3 * DAY_MS;
