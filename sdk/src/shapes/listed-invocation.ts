import { asIs } from '../codec/as-is.ts';
import { model } from '../codec/model.ts';
import { time } from '../codec/time.ts';
import type { ListedInvocation, ListedWebhook } from '../models/listed-invocation.ts';

/** An invocation in a list over all webhooks. */
export const listedInvocation = model<ListedInvocation>({
  id: asIs,
  webhook: model<ListedWebhook>({ id: asIs, name: asIs, deletedAt: time, origin: asIs }),
  origin: asIs,
  eventId: asIs,
  eventType: asIs,
  subject: asIs,
  erasedAt: time,
  status: asIs,
  statusCode: asIs,
  attemptsCount: asIs,
  createdAt: time,
  latestCompletedAt: time,
  state: asIs,
  nextAttemptAt: time,
  reasonCode: asIs,
  reason: asIs,
  errorClass: asIs,
  durationMs: asIs,
  trigger: asIs,
});
