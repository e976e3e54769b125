import { asIs } from '../codec/as-is.ts';
import { bytes } from '../codec/bytes.ts';
import type { Kind } from '../codec/kind.ts';
import { model } from '../codec/model.ts';
import type {
  AttemptPhases,
  AttemptResend,
  InvocationAttempt,
} from '../models/invocation-attempt.ts';
import type { WebhookInvocationAttempt } from '../models/webhook-invocation-attempt.ts';
import { webhookInvocationAttempt } from './webhook-invocation-attempt.ts';

const phases = model<AttemptPhases>({
  dnsMs: asIs,
  connectMs: asIs,
  proxyMs: asIs,
  tlsMs: asIs,
  requestMs: asIs,
  firstByteMs: asIs,
  bodyMs: asIs,
});

const own = model<Omit<InvocationAttempt, keyof WebhookInvocationAttempt>>({
  phases,
  trigger: asIs,
  resend: model<AttemptResend>({
    id: asIs,
    jobId: asIs,
    requestedBy: asIs,
    targetWebhookId: asIs,
  }),
  errorClass: asIs,
  reason: asIs,
  responseBodyRaw: bytes,
});

/** An attempt with what only Hooktrail records of it. */
export const invocationAttempt: Kind<InvocationAttempt> = {
  ...webhookInvocationAttempt,
  // Fields that a model does not list pass unchanged.
  decode: (row) => own.decode(webhookInvocationAttempt.decode(row)) as InvocationAttempt,
};
