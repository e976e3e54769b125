import { asIs } from '../codec/as-is.ts';
import { list } from '../codec/list.ts';
import { model } from '../codec/model.ts';
import { time } from '../codec/time.ts';
import type {
  InvocationDetails,
  LinkedInvocation,
  TimelineEntry,
} from '../models/invocation-details.ts';
import { invocationFields } from './invocation-fields.ts';

const timelineEntry = model<TimelineEntry>({
  at: time,
  what: asIs,
  message: asIs,
  attemptId: asIs,
  method: asIs,
  url: asIs,
});

const linked = model<LinkedInvocation>({ webhookId: asIs, id: asIs });

/** An invocation with the reason for its state. */
export const invocationDetails = model<InvocationDetails>({
  ...invocationFields,
  eventId: asIs,
  origin: asIs,
  state: asIs,
  reasonCode: asIs,
  durationMs: asIs,
  errorClass: asIs,
  trigger: asIs,
  erasedAt: time,
  lostLeases: asIs,
  jobId: asIs,
  resendsCount: asIs,
  copiedFrom: linked,
  copiedTo: linked,
  explanation: asIs,
  timeline: list(timelineEntry),
});
