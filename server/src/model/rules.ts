/** How Standard Webhooks are signed: `v1` with the shared secret, `v1a` with a key pair. */
export const SIGNATURE_VERSIONS = ['v1', 'v1a'] as const;
export type SignatureVersion = (typeof SIGNATURE_VERSIONS)[number];

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
  /**
   * What requests say of the trace of their publisher: nothing; a trace of their own, which has a link to it; or
   * their place in it.
   */
  readonly propagateTrace: PropagateTrace;
  /** With what they are signed; one at least, in the order of `SIGNATURE_VERSIONS`. */
  readonly signatures: readonly SignatureVersion[];
  /** How events are sent as CloudEvents; null: as they were published. */
  readonly cloudEvents: CloudEventRules | null;
}

/** The two ways in which HTTP carries a CloudEvent. */
export const CLOUD_EVENT_MODES = ['binary', 'structured'] as const;

export interface CloudEventRules {
  /** `binary`: attributes in headers; `structured`: in the body, around the payload. */
  readonly mode: (typeof CLOUD_EVENT_MODES)[number];
  /** The attribute `source`, a URI reference; undefined: that of the account. */
  readonly source: string | undefined;
  /** Whether an endpoint must allow deliveries before the first one. */
  readonly handshake: boolean;
}

export const PROPAGATE_TRACE = ['off', 'link', 'pass'] as const;

export type PropagateTrace = (typeof PROPAGATE_TRACE)[number];

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
    | 'timeLimitMs'
    | 'scheduleMs'
    | 'concurrency'
    | 'rateLimit'
    | 'breaker'
    | 'standardWebhooks'
    | 'propagateTrace'
    | 'signatures'
    | 'cloudEvents'
  >
>;
