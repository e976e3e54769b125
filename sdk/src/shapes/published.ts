import { asIs } from '../codec/as-is.ts';
import { model } from '../codec/model.ts';
import type { PublishResult } from '../models/publish-event.ts';

/** The id of an event as accepted. */
export const publishedEvent = model<PublishResult['event']>({ id: asIs });

/** An invocation that a publish or a direct invocation created. */
export const createdInvocation = model<PublishResult['invocations'][number]>({
  id: asIs,
  webhookId: asIs,
});

/** A webhook that does not receive an event. */
export const skippedWebhook = model<PublishResult['skipped'][number]>({
  webhookId: asIs,
  reason: asIs,
});
