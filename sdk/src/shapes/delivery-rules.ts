import { asIs } from '../codec/as-is.ts';
import { list } from '../codec/list.ts';
import { model } from '../codec/model.ts';
import { nullable } from '../codec/nullable.ts';
import type {
  BreakerRules,
  CloudEventRules,
  DeliveryRules,
  EffectiveRules,
  RateLimit,
  RetryAfterRule,
  RetryRule,
  WebhookDelivery,
} from '../models/delivery-rules.ts';

const rateLimit = model<RateLimit>({ requests: asIs, seconds: asIs });

const breaker = model<BreakerRules>({
  windowSeconds: asIs,
  minRequests: asIs,
  errorRate: asIs,
  maxErrors: asIs,
  openSeconds: asIs,
  maxOpenSeconds: asIs,
});

const retryRule = model<RetryRule>({ failure: asIs, times: asIs, onlyWithRetryAfter: asIs });

const cloudEvents = model<CloudEventRules>({ mode: asIs, source: asIs, handshake: asIs });

/** A webhook's own delivery rules. */
export const deliveryRules = model<DeliveryRules>({
  timeLimitSeconds: asIs,
  scheduleSeconds: asIs,
  concurrency: asIs,
  rateLimit: nullable(rateLimit),
  breaker: nullable(breaker),
  standardWebhooks: asIs,
  propagateTrace: asIs,
  signatures: asIs,
  cloudevents: nullable(cloudEvents),
});

const effectiveRules = model<EffectiveRules>({
  profile: asIs,
  timeLimitSeconds: asIs,
  scheduleSeconds: asIs,
  concurrency: asIs,
  rateLimit: nullable(rateLimit),
  breaker: nullable(breaker),
  standardWebhooks: asIs,
  propagateTrace: asIs,
  signatures: asIs,
  cloudevents: nullable(cloudEvents),
  jitter: asIs,
  retried: list(retryRule),
  retryAfter: model<RetryAfterRule>({ maxSeconds: asIs, longer: asIs }),
  gone: asIs,
  whileOpen: asIs,
});

/** The delivery rules of a webhook: its own, and the complete ones. */
export const webhookDelivery = model<WebhookDelivery>({
  delivery: deliveryRules,
  effective: effectiveRules,
});
