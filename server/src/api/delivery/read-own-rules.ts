import { MAX_SCHEDULE_MS, PROFILES } from '../../model/profiles.ts';
import type { OwnRules } from '../../model/rules.ts';
import { SECOND_MS } from '../../model/time-units.ts';
import { FieldErrors } from '../errors/field-errors.ts';
import type { OwnRulesInput } from './delivery-schema.ts';

/** The maximum sum of the waits: with full jitter, they still fit into `MAX_SCHEDULE_MS`. */
const MAX_WAITS_MS = MAX_SCHEDULE_MS / (1 + PROFILES.durable.jitter);

/**
 * Reads the overrides in a body; omitted fields fall back to the profile. Undefined when there are
 * none.
 *
 * @throws ApiError `InvalidBody` with every error.
 */
export function readOwnRules(input: OwnRulesInput): OwnRules | undefined {
  const errors = new FieldErrors();
  const { breaker, rate_limit: rateLimit } = input;
  const scheduleMs = input.schedule_seconds?.map((seconds) => seconds * SECOND_MS);
  const waitsMs = scheduleMs?.reduce((sum, ms) => sum + ms, 0) ?? 0;
  if (waitsMs > MAX_WAITS_MS) {
    errors.add(
      'delivery.schedule_seconds',
      'out_of_range',
      `must total at most ${MAX_WAITS_MS / SECOND_MS} seconds (60 hours), got ${waitsMs / SECOND_MS}`,
    );
  }
  if (breaker && breaker.max_open_seconds < breaker.open_seconds) {
    errors.add(
      'delivery.breaker.max_open_seconds',
      'conflict',
      `must be at least delivery.breaker.open_seconds (${breaker.open_seconds}), got ${breaker.max_open_seconds}`,
    );
  }
  errors.throwIfAny();
  const own: OwnRules = {
    ...(input.time_limit_seconds !== undefined && {
      timeLimitMs: input.time_limit_seconds * SECOND_MS,
    }),
    ...(scheduleMs !== undefined && { scheduleMs }),
    ...(input.concurrency !== undefined && { concurrency: input.concurrency }),
    ...(rateLimit !== undefined && {
      rateLimit: rateLimit && {
        requests: rateLimit.requests,
        spanMs: rateLimit.seconds * SECOND_MS,
      },
    }),
    ...(breaker !== undefined && {
      breaker: breaker && {
        windowMs: breaker.window_seconds * SECOND_MS,
        minRequests: breaker.min_requests,
        errorShare: breaker.error_rate,
        maxErrors: breaker.max_errors,
        openMs: breaker.open_seconds * SECOND_MS,
        maxOpenMs: breaker.max_open_seconds * SECOND_MS,
      },
    }),
    ...(input.standard_webhooks !== undefined && { standardWebhooks: input.standard_webhooks }),
  };
  return Object.keys(own).length === 0 ? undefined : own;
}
