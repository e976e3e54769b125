import { asIs } from '../codec/as-is.ts';
import { model } from '../codec/model.ts';
import { time } from '../codec/time.ts';
import type { WebhookInvocation } from '../models/webhook-invocation.ts';

/** An invocation in a list. */
export const webhookInvocation = model<WebhookInvocation>({
  id: asIs,
  webhookId: asIs,
  eventType: asIs,
  status: asIs,
  statusCode: asIs,
  attemptsCount: asIs,
  createdAt: time,
  latestCompletedAt: time,
  nextAttemptAt: time,
});
