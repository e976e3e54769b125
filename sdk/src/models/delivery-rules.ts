import type { Profile } from './account.ts';
import type { Open } from './open.ts';

/** How many requests a webhook may receive. */
export interface RateLimit {
  /** In any period of that length, from all nodes together. */
  readonly requests: number;
  /** The length of the period. */
  readonly seconds: number;
}

/** When the circuit breaker of a webhook opens, and for how long. */
export interface BreakerRules {
  /** How far back outcomes count; a multiple of 10. */
  readonly windowSeconds: number;
  /** The error rate counts from this number of requests on. */
  readonly minRequests: number;
  /** The share of errors that opens the breaker, above 0 and up to 1. */
  readonly errorRate: number;
  /** More errors than this open the breaker whatever their share. */
  readonly maxErrors: number;
  /** The wait from opening to the first probe. */
  readonly openSeconds: number;
  /** Each failed probe doubles the wait for the next, up to this. */
  readonly maxOpenSeconds: number;
}

/**
 * What `traceparent` and `tracestate` of a request say: `off`: not sent; `link`: a trace of its own, which has a link
 * to its publisher's; `pass`: the trace of its publisher.
 */
export type PropagateTrace = Open<'off' | 'link' | 'pass'>;

/** A webhook's own delivery rules; omitted fields fall back to the account's profile. */
export interface DeliveryRules {
  /** The time for the whole request, from dialling to the last byte of the answer. */
  readonly timeLimitSeconds?: number | undefined;
  /** The wait before each retry; empty for no retries. */
  readonly scheduleSeconds?: readonly number[] | undefined;
  /** How many requests one node keeps in flight. */
  readonly concurrency?: number | undefined;
  /** `null`: no rate limit, whatever the profile says. */
  readonly rateLimit?: RateLimit | null | undefined;
  /** `null`: no breaker, whatever the profile says. */
  readonly breaker?: BreakerRules | null | undefined;
  /** Whether to send the three headers of Standard Webhooks too. */
  readonly standardWebhooks?: boolean | undefined;
  /** What requests say of the trace of their publisher. */
  readonly propagateTrace?: PropagateTrace | undefined;
  /** The signatures of Standard Webhooks: `v1` by the secret, `v1a` by a key pair. Needs `standardWebhooks`. */
  readonly signatures?: readonly Open<'v1' | 'v1a'>[] | undefined;
  /** How events are sent as CloudEvents 1.0; `null`: as they were published. */
  readonly cloudevents?: CloudEventRules | null | undefined;
}

/** How a webhook sends CloudEvents. */
export interface CloudEventRules {
  /** `binary`: the attributes in headers; `structured`: in the body, around the payload. */
  readonly mode: Open<'binary' | 'structured'>;
  /** The attribute `source`; that of the account when absent. */
  readonly source?: string | undefined;
  /** Whether the endpoint must allow deliveries first, by its answer to an OPTIONS request. */
  readonly handshake?: boolean | undefined;
}

/** A failure that is retried. */
export interface RetryRule {
  /** A status code, the outcome `timeout`, or any failure. */
  failure: Open<'any' | 'timeout'> | number;
  /** The most retries; absent: as many as the schedule has. */
  times?: number;
  /** Whether only an answer with `Retry-After` is retried. */
  onlyWithRetryAfter: boolean;
}

/** How a webhook honours `Retry-After`. */
export interface RetryAfterRule {
  /** The longest wait. */
  maxSeconds: number;
  /** A longer wait is cut to `maxSeconds`, or makes the failure final. */
  longer: Open<'cut' | 'final'>;
}

/** The complete rules that apply to a webhook. */
export interface EffectiveRules {
  /** The profile of the account. */
  profile: Profile;
  /** The time for the whole request, from dialling to the last byte of the answer. */
  timeLimitSeconds: number;
  /** The wait before each retry. */
  scheduleSeconds: number[];
  /** How many requests one node keeps in flight. */
  concurrency: number;
  /** `null`: no rate limit. */
  rateLimit: RateLimit | null;
  /** `null`: no breaker. */
  breaker: BreakerRules | null;
  /** Whether deliveries carry the three headers of Standard Webhooks too. */
  standardWebhooks: boolean;
  /** What requests say of the trace of their publisher. */
  propagateTrace: PropagateTrace;
  /** The signatures of Standard Webhooks. */
  signatures: Open<'v1' | 'v1a'>[];
  /** `null`: events are sent as they were published. */
  cloudevents: CloudEventRules | null;
  /** Each wait of the schedule is randomly shorter or longer by up to this share. */
  jitter: number;
  /** The failures that are retried: the first match decides, and no match is final. */
  retried: RetryRule[];
  /** How `Retry-After` is honoured. */
  retryAfter: RetryAfterRule;
  /** What 410 Gone does: deactivate the webhook, or only end the invocation. */
  gone: Open<'deactivates' | 'ends'>;
  /** What invocations do while the breaker is open. */
  whileOpen: Open<'wait' | 'end'>;
}

/** The delivery rules of a webhook. */
export interface WebhookDelivery {
  /** Its own rules. */
  delivery: DeliveryRules;
  /** The complete rules that apply. */
  effective: EffectiveRules;
}
