import type { Profile } from '../../model/profiles.ts';
import type {
  BreakerRules,
  CloudEventRules,
  OwnRules,
  RateLimit,
  Rules,
} from '../../model/rules.ts';
import { SECOND_MS } from '../../model/time-units.ts';
import type { EffectiveRules, OwnRulesInput } from './delivery-schema.ts';

/** The overrides of a webhook as the API shows them: the inverse of `readOwnRules`. */
export function ownRulesView(own: OwnRules): OwnRulesInput {
  return {
    ...(own.timeLimitMs !== undefined && { time_limit_seconds: own.timeLimitMs / SECOND_MS }),
    ...(own.scheduleMs !== undefined && { schedule_seconds: seconds(own.scheduleMs) }),
    ...(own.concurrency !== undefined && { concurrency: own.concurrency }),
    ...(own.rateLimit !== undefined && { rate_limit: rateLimitView(own.rateLimit) }),
    ...(own.breaker !== undefined && { breaker: breakerView(own.breaker) }),
    ...(own.standardWebhooks !== undefined && { standard_webhooks: own.standardWebhooks }),
    ...(own.propagateTrace !== undefined && { propagate_trace: own.propagateTrace }),
    ...(own.signatures !== undefined && { signatures: [...own.signatures] }),
    ...(own.cloudEvents !== undefined && { cloudevents: cloudEventsView(own.cloudEvents) }),
  };
}

/** The rules in force for a webhook, as the API shows them. */
export function effectiveRulesView(profile: Profile, rules: Rules): EffectiveRules {
  return {
    profile,
    time_limit_seconds: rules.timeLimitMs / SECOND_MS,
    schedule_seconds: seconds(rules.scheduleMs),
    concurrency: rules.concurrency,
    rate_limit: rateLimitView(rules.rateLimit),
    breaker: breakerView(rules.breaker),
    standard_webhooks: rules.standardWebhooks,
    propagate_trace: rules.propagateTrace,
    signatures: [...rules.signatures],
    cloudevents: cloudEventsView(rules.cloudEvents),
    jitter: rules.jitter,
    retried: rules.retried.map(({ failure, times, ifAsked }) => ({
      failure,
      ...(Number.isFinite(times) && { times }),
      only_with_retry_after: ifAsked,
    })),
    retry_after: {
      max_seconds: rules.retryAfter.maxMs / SECOND_MS,
      longer: rules.retryAfter.longer === 'is cut' ? 'cut' : 'final',
    },
    gone: rules.gone,
    while_open: rules.whileOpen,
  };
}

function seconds(times: readonly number[]): number[] {
  return times.map((ms) => ms / SECOND_MS);
}

function rateLimitView(limit: RateLimit | null) {
  return limit && { requests: limit.requests, seconds: limit.spanMs / SECOND_MS };
}

function cloudEventsView(rules: CloudEventRules | null) {
  return (
    rules && {
      mode: rules.mode,
      ...(rules.source !== undefined && { source: rules.source }),
      ...(rules.handshake && { handshake: true }),
    }
  );
}

function breakerView(breaker: BreakerRules | null) {
  return (
    breaker && {
      window_seconds: breaker.windowMs / SECOND_MS,
      min_requests: breaker.minRequests,
      error_rate: breaker.errorShare,
      max_errors: breaker.maxErrors,
      open_seconds: breaker.openMs / SECOND_MS,
      max_open_seconds: breaker.maxOpenMs / SECOND_MS,
    }
  );
}
