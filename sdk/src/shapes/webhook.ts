import { asIs } from '../codec/as-is.ts';
import { model } from '../codec/model.ts';
import { time } from '../codec/time.ts';
import type { Webhook } from '../models/webhook.ts';
import type { WebhookAuthentication } from '../models/webhook-authentication.ts';

const webhookAuthentication = model<WebhookAuthentication>({
  type: asIs,
  data: asIs,
  addPosition: asIs,
});

/** A webhook, read or written. */
export const webhook = model<Webhook>({
  id: asIs,
  name: asIs,
  description: asIs,
  status: asIs,
  subscriptions: asIs,
  endpoint: asIs,
  httpMethod: asIs,
  requestFormat: asIs,
  authentication: webhookAuthentication,
  customHeaders: asIs,
  externalSource: asIs,
  createdAt: time,
  createdBy: asIs,
  updatedAt: time,
  updatedBy: asIs,
});
