import { asIs } from '../codec/as-is.ts';
import { model } from '../codec/model.ts';
import { time } from '../codec/time.ts';
import type {
  BreakerHealth,
  EndpointCertificate,
  HandshakeHealth,
  OutcomeWindow,
  PauseState,
  WebhookHealth,
} from '../models/webhook-health.ts';

/** Whether somebody paused a webhook. */
export const pauseState = model<PauseState>({ paused: asIs, pausedAt: time, pausedBy: asIs });

const breakerHealth = model<BreakerHealth>({
  state: asIs,
  since: time,
  reason: asIs,
  nextProbeAt: time,
});

const handshake = model<HandshakeHealth>({
  state: asIs,
  allowedOrigin: asIs,
  allowedRate: asIs,
  checkedAt: time,
  nextAt: time,
  reason: asIs,
});

const outcomeWindow = model<OutcomeWindow>({
  seconds: asIs,
  requests: asIs,
  errors: asIs,
  errorRate: asIs,
});

const endpointCertificate = model<EndpointCertificate>({
  subject: asIs,
  issuer: asIs,
  validUntil: time,
  seenAt: time,
});

/** The current state of a webhook's deliveries. */
export const webhookHealth = model<WebhookHealth>({
  status: asIs,
  pausedAt: time,
  pausedBy: asIs,
  breaker: breakerHealth,
  window: outcomeWindow,
  handshake,
  nextPermitAt: time,
  waitingSince: time,
  certificate: endpointCertificate,
});
