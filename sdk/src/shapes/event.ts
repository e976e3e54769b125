import { asIs } from '../codec/as-is.ts';
import { list } from '../codec/list.ts';
import { model } from '../codec/model.ts';
import { time } from '../codec/time.ts';
import type {
  EventDetails,
  EventInvocation,
  EventSummary,
  SkippedWebhook,
} from '../models/event.ts';
import { invocationFields } from './invocation-fields.ts';

const summary = {
  id: asIs,
  storedId: asIs,
  type: asIs,
  createdAt: time,
  erasedAt: time,
  bodyLength: asIs,
  invocationsCount: asIs,
  skippedCount: asIs,
  origin: asIs,
};

/** An event in a list. */
export const eventSummary = model<EventSummary>(summary);

/** An invocation of an event. */
export const eventInvocation = model<EventInvocation>({
  ...invocationFields,
  webhookName: asIs,
  webhookDeletedAt: time,
});

const skipped = model<SkippedWebhook>({ webhookId: asIs, webhookName: asIs, reason: asIs });

/** An event with its body and what became of it. */
export const eventDetails = model<EventDetails>({
  ...summary,
  body: asIs,
  headers: asIs,
  headersLeftOut: asIs,
  invocations: list(eventInvocation),
  skipped: list(skipped),
});
