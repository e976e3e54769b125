import { asIs } from '../codec/as-is.ts';
import { model } from '../codec/model.ts';
import type { RevealedWebhook } from '../models/revealed-webhook.ts';

/** What other answers mask of a webhook. */
export const revealedWebhook = model<RevealedWebhook>({
  id: asIs,
  endpoint: asIs,
  authentication: model<RevealedWebhook['authentication'] & object>({
    type: asIs,
    data: asIs,
    addPosition: asIs,
  }),
  customHeaders: asIs,
  externalSource: asIs,
});
