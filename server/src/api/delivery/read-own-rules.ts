import { MAX_SCHEDULE_MS, PROFILES } from '../../model/profiles.ts';
import { type OwnRules, SIGNATURE_VERSIONS } from '../../model/rules.ts';
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
  const { breaker, cloudevents, rate_limit: rateLimit } = input;
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
  if (input.signatures !== undefined && input.standard_webhooks !== true) {
    errors.add(
      'delivery.signatures',
      'conflict',
      'needs delivery.standard_webhooks to be true: they are signatures of its header',
    );
  }
  if (input.signatures?.length === 0) {
    errors.add('delivery.signatures', 'not_allowed', 'must have v1, v1a or both, got none');
  }
  if (input.signatures !== undefined && new Set(input.signatures).size < input.signatures.length) {
    errors.add(
      'delivery.signatures',
      'duplicate',
      `must not have ${input.signatures[0]} twice: a key that is replaced signs beside the new one by itself`,
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
    ...(input.propagate_trace !== undefined && { propagateTrace: input.propagate_trace }),
    ...(input.signatures !== undefined && {
      signatures: SIGNATURE_VERSIONS.filter((version) => input.signatures?.includes(version)),
    }),
    ...(cloudevents !== undefined && {
      cloudEvents: cloudevents && {
        mode: cloudevents.mode,
        source: cloudevents.source,
        handshake: cloudevents.handshake ?? false,
      },
    }),
  };
  return Object.keys(own).length === 0 ? undefined : own;
}
