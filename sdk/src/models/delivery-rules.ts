import type { Open, SigningSecret, WebhookInvocation } from './models.ts';

/** A named set of delivery rules. */
export type Profile = Open<'durable' | 'zendesk'>;

/** Who owns webhooks and tokens. */
export interface Account {
  /** The number that deliveries carry as `X-Zendesk-Account-Id`. */
  id: number;
  /** The name, for people. */
  name: string;
  /** The delivery rules of all webhooks that have none of their own. */
  profile: Profile;
}

/** What of an account is to be changed; what is left out stays. */
export interface AccountInput {
  /** The name, for people. */
  readonly name?: string | undefined;
  /** The delivery rules; they hold from the next attempt on. */
  readonly profile?: Profile | undefined;
}

/** How many requests a webhook may get. */
export interface RateLimit {
  /** In any span of that length, from all nodes together. */
  readonly requests: number;
  /** The length of the span. */
  readonly seconds: number;
}

/** When the circuit breaker of a webhook opens, and for how long. */
export interface BreakerRules {
  /** Outcomes older than this do not count; a multiple of 10. */
  readonly windowSeconds: number;
  /** From this number of requests on the rate of errors counts. */
  readonly minRequests: number;
  /** The share of errors at which it opens, above 0 and up to 1. */
  readonly errorRate: number;
  /** With more errors than this it opens whatever their share. */
  readonly maxErrors: number;
  /** From opening to the first probe. */
  readonly openSeconds: number;
  /** Each probe that fails doubles the wait for the next, up to this. */
  readonly maxOpenSeconds: number;
}

/** The rules that a webhook may have of its own; what is left out is as the profile says. */
export interface DeliveryRules {
  /** For the whole request, from dialling to the last byte of the answer. */
  readonly timeLimitSeconds?: number | undefined;
  /** The wait before each retry; empty for none. */
  readonly scheduleSeconds?: readonly number[] | undefined;
  /** Requests under way at the same time from one node. */
  readonly concurrency?: number | undefined;
  /** `null`: there is none, whatever the profile says. */
  readonly rateLimit?: RateLimit | null | undefined;
  /** `null`: there is none, whatever the profile says. */
  readonly breaker?: BreakerRules | null | undefined;
  /** Whether the three headers of Standard Webhooks are sent as well. */
  readonly standardWebhooks?: boolean | undefined;
}

/** All rules that hold for a webhook. */
export interface EffectiveRules {
  /** The profile of the account. */
  profile: Profile;
  /** For the whole request, from dialling to the last byte of the answer. */
  timeLimitSeconds: number;
  /** The wait before each retry. */
  scheduleSeconds: number[];
  /** Requests under way at the same time from one node. */
  concurrency: number;
  /** `null`: there is none. */
  rateLimit: RateLimit | null;
  /** `null`: there is none. */
  breaker: BreakerRules | null;
  /** Whether the three headers of Standard Webhooks are sent as well. */
  standardWebhooks: boolean;
  /** Each wait of the schedule is made up to this share shorter or longer. */
  jitter: number;
  /** What is tried again: the first that fits decides, and none is final. */
  retried: RetryRule[];
  /** How a `Retry-After` is honoured. */
  retryAfter: { maxSeconds: number; longer: Open<'cut' | 'final'> };
  /** What 410 Gone does: switch the webhook to inactive, or only end the invocation. */
  gone: Open<'deactivates' | 'ends'>;
  /** What invocations do while the breaker is open. */
  whileOpen: Open<'wait' | 'end'>;
}

/** A failure that is tried again. */
export interface RetryRule {
  /** A status code, the outcome `timeout`, or any failure. */
  failure: Open<'any' | 'timeout'> | number;
  /** How often at most; absent: as often as the schedule says. */
  times?: number;
  /** Only where the answer says when. */
  onlyWithRetryAfter: boolean;
}

/** The delivery rules of a webhook. */
export interface WebhookDelivery {
  /** Those that it has of its own. */
  delivery: DeliveryRules;
  /** All that hold. */
  effective: EffectiveRules;
}

/** Whether a webhook is held by hand. */
export interface PauseState {
  /** Whether nothing is sent: what is published waits. */
  paused: boolean;
  /** Since when; absent when it is not. */
  pausedAt?: Date;
  /** The token that did it; absent when it is not. */
  pausedBy?: string;
}

/** A signing secret, and whether the one before it is still good. */
export interface RotatedSecret extends SigningSecret {
  /** Until when Standard Webhooks signatures are made with the secret before this one too. */
  previousUntil?: Date;
}

/** How a webhook fares at present. */
export interface WebhookHealth {
  /** Whether people let it send. */
  status: Open<'active' | 'inactive' | 'paused' | 'suspended'>;
  /** Since when it is held by hand; absent when it is not. */
  pausedAt?: Date;
  /** The token that did it. */
  pausedBy?: string;
  /** Its circuit breaker. */
  breaker: BreakerHealth;
  /** Outcomes of the last minutes, since the breaker closed last. */
  window: OutcomeWindow;
  /** When the next request may be sent, while the rate limit is reached. */
  nextPermitAt?: Date;
  /** When the oldest invocation that waits fell due; absent when none waits. */
  waitingSince?: Date;
}

/** The circuit breaker of a webhook. */
export interface BreakerHealth {
  /** `half open`: a probe is under way. `none`: the rules have no breaker. */
  state: Open<'closed' | 'open' | 'half open' | 'none'>;
  /** Since when it is not closed. */
  since?: Date;
  /** Why it opened, with the counts and the limits. */
  reason?: string;
  /** When the next probe may be sent. */
  nextProbeAt?: Date;
}

/** Counts of outcomes. */
export interface OutcomeWindow {
  /** How far back they go. */
  seconds: number;
  /** Requests that ended. */
  requests: number;
  /** Those that were no success. */
  errors: number;
  /** Their share, from 0 to 1; absent without requests. */
  errorRate?: number;
}

/** One invocation, and why it stands where it stands. */
export interface InvocationDetails extends WebhookInvocation {
  /** The event that it is about. */
  eventId: string;
  /** Why it stands where it stands, in words. */
  explanation: string;
  /** What happened to it, in the order of time. */
  timeline: TimelineEntry[];
}

/** Something that happened to an invocation. */
export interface TimelineEntry {
  /** When it happened. */
  at: Date;
  /** What happened. */
  what: Open<'accepted' | 'throttled' | 'circuit broken' | 'replayed' | 'attempted' | 'recorded'>;
  /** What it was, with its times and limits. */
  message: string;
  /** The attempt that it is about. */
  attemptId?: string;
}
