import { asIs } from '../codec/as-is.ts';
import { model } from '../codec/model.ts';
import { time } from '../codec/time.ts';
import type { Job, JobCounts, JobEstimate, SkippedItem } from '../models/job.ts';

/** The counts of a job. */
const counts = model<JobCounts>({
  selected: asIs,
  more: asIs,
  alreadyDelivered: asIs,
  position: asIs,
  sent: asIs,
  succeeded: asIs,
  failed: asIs,
  inFlight: asIs,
  waiting: asIs,
  skipped: asIs,
  skippedByReason: asIs,
});

/** A job. */
export const job = model<Job>({
  id: asIs,
  kind: asIs,
  state: asIs,
  reasonCode: asIs,
  stateReason: asIs,
  reason: asIs,
  requestedBy: asIs,
  createdAt: time,
  startedAt: time,
  endedAt: time,
  expectedEndAt: time,
  query: asIs,
  order: asIs,
  rate: asIs,
  max: asIs,
  targetWebhookId: asIs,
  includeSucceeded: asIs,
  counts,
});

/** What a job would do. */
export const jobEstimate = model<JobEstimate>({
  exact: asIs,
  counted: asIs,
  invocations: asIs,
  byStatus: asIs,
  webhooksCount: asIs,
  alreadyDelivered: asIs,
  bodiesGone: asIs,
  archived: asIs,
  expectedDurationS: asIs,
});

/** What a job did not send. */
export const skippedItem = model<SkippedItem>({
  webhookId: asIs,
  id: asIs,
  reason: asIs,
});
