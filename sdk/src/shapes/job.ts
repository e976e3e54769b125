import { asIs } from '../codec/as-is.ts';
import { list } from '../codec/list.ts';
import { model } from '../codec/model.ts';
import { time } from '../codec/time.ts';
import type {
  EstimatedWebhook,
  Job,
  JobCounts,
  JobEstimate,
  JobHold,
  SkippedItem,
} from '../models/job.ts';

const webhook = model<EstimatedWebhook['webhook']>({
  id: asIs,
  name: asIs,
  deletedAt: time,
  origin: asIs,
});

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
  waitsFor: list(
    model<JobHold>({
      webhook: model<JobHold['webhook']>({ id: asIs, name: asIs, deletedAt: time, origin: asIs }),
      for: asIs,
    }),
  ),
});

/** What a job would do. */
export const jobEstimate = model<JobEstimate>({
  exact: asIs,
  counted: asIs,
  invocations: asIs,
  byStatus: asIs,
  webhooks: list(
    model<EstimatedWebhook>({ webhook, invocations: asIs, byStatus: asIs, heldBy: asIs }),
  ),
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
