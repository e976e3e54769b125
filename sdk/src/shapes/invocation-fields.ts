import { asIs } from '../codec/as-is.ts';
import { time } from '../codec/time.ts';

/** The fields of an invocation wherever Hooktrail's own operations show one. */
export const invocationFields = {
  id: asIs,
  webhookId: asIs,
  eventType: asIs,
  status: asIs,
  statusCode: asIs,
  attemptsCount: asIs,
  createdAt: time,
  latestCompletedAt: time,
  nextAttemptAt: time,
};
