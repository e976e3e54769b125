import type { Open } from './open.ts';

/** Whether somebody paused a webhook. */
export interface PauseState {
  /** Whether deliveries are paused; published events wait. */
  paused: boolean;
  /** Since when; absent unless it is paused. */
  pausedAt?: Date;
  /** The token that paused it; absent unless it is paused. */
  pausedBy?: string;
}

/** The circuit breaker of a webhook. */
export interface BreakerHealth {
  /** `half open`: a probe is in flight. `none`: the rules have no breaker. */
  state: Open<'closed' | 'open' | 'half open' | 'none'>;
  /** Since when it is not closed. */
  since?: Date;
  /** Why it opened, with the counts and the limits. */
  reason?: string;
  /** When the next probe may be sent. */
  nextProbeAt?: Date;
}

/** Whether the endpoint of a webhook allows deliveries. */
export interface HandshakeHealth {
  /** What it answered when it was asked. */
  state: Open<'not asked' | 'asking' | 'allowed' | 'refused'>;
  /** The origin that it allows, or `*`. */
  allowedOrigin?: string;
  /** The requests a minute that it allows; absent: no limit. */
  allowedRate?: number;
  /** When it answered. */
  checkedAt?: Date;
  /** When it is asked again. */
  nextAt?: Date;
  /** Why it is no permission. */
  reason?: string;
}

/** Counts of outcomes. */
export interface OutcomeWindow {
  /** How far back they go. */
  seconds: number;
  /** Finished requests. */
  requests: number;
  /** The requests without success. */
  errors: number;
  /** Their share, from 0 to 1; absent without requests. */
  errorRate?: number;
}

/** A certificate that an endpoint showed to deliveries: its own or the one that signed it, whichever ends first. */
export interface EndpointCertificate {
  /** Whose it is, such as `CN=hooks.example.com`. */
  subject: string;
  /** Who signed it. */
  issuer: string;
  /** When it ends. */
  validUntil: Date;
  /** When a delivery saw it last, to a day. */
  seenAt: Date;
}

/** The current state of a webhook's deliveries. */
export interface WebhookHealth {
  /** Whether people permit deliveries. */
  status: Open<'active' | 'inactive' | 'paused' | 'suspended'>;
  /** Since when it is paused; absent unless it is. */
  pausedAt?: Date;
  /** The token that paused it; absent unless it is paused. */
  pausedBy?: string;
  /** Its circuit breaker. */
  breaker: BreakerHealth;
  /** The outcomes of the last minutes, since the breaker last closed. */
  window: OutcomeWindow;
  /** Whether its endpoint allows deliveries; absent unless the rules ask it. */
  handshake?: HandshakeHealth;
  /** When the next request may be sent, while the rate limit is reached. */
  nextPermitAt?: Date;
  /** When the oldest waiting invocation fell due; absent when none waits. */
  waitingSince?: Date;
  /** The certificate of the endpoint; absent before a delivery saw one. */
  certificate?: EndpointCertificate;
}
