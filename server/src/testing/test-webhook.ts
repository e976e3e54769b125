import { newId } from '../model/ids.ts';
import type { Webhook } from '../model/webhook.ts';

/** A webhook of the first account that has nothing but what it must have, and these values. */
export const testWebhook = (values: Partial<Webhook> = {}): Webhook => ({
  id: newId(Date.now()),
  accountId: 1,
  name: 'test',
  description: undefined,
  status: 'active',
  subscriptions: ['*'],
  endpoint: 'https://example.com/hook',
  httpMethod: 'POST',
  requestFormat: 'json',
  authentication: undefined,
  customHeaders: undefined,
  externalSource: undefined,
  signingSecret: 'the secret',
  createdAt: new Date(),
  createdBy: 'test',
  updatedAt: undefined,
  updatedBy: undefined,
  ownRules: undefined,
  paused: undefined,
  previousSecret: undefined,
  signingKeys: undefined,
  clientCertificate: undefined,
  ...values,
});
