import type { Webhook } from '../model/webhook.ts';

/**
 * - `open`: everyone who may read the webhook sees it.
 * - `guarded`: people put keys there, so only those who may change the webhook see it.
 * - `secret`: no view of a webhook shows it.
 *
 * The audit and the log never hold a value of the last two.
 */
export type Secrecy = 'open' | 'guarded' | 'secret';

/**
 * The rule: what of a webhook is secret. A new field does not compile until it is listed here, and a
 * guarded one not until `maskedWebhook` masks it.
 */
export const WEBHOOK_SECRECY = {
  id: 'open',
  accountId: 'open',
  name: 'open',
  description: 'open',
  status: 'open',
  subscriptions: 'open',
  /** Only the query. */
  endpoint: 'guarded',
  httpMethod: 'open',
  requestFormat: 'open',
  /** Except its type, the user name and the name of the key. */
  authentication: 'secret',
  /** Only the values. */
  customHeaders: 'guarded',
  /** Except whose it is, who issued it, how long it is valid, and its fingerprint. */
  clientCertificate: 'secret',
  externalSource: 'guarded',
  signingSecret: 'secret',
  previousSecret: 'secret',
  /** Except the public halves. */
  signingKeys: 'secret',
  ownRules: 'open',
  paused: 'open',
  createdAt: 'open',
  createdBy: 'open',
  updatedAt: 'open',
  updatedBy: 'open',
} as const satisfies Readonly<Record<keyof Webhook, Secrecy>>;
