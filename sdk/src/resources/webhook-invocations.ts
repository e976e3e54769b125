import type { Send } from '../internal/send.ts';
import { webhooksPath } from '../internal/webhooks-path.ts';
import type { WebhookInvocationAttempt } from '../models/webhook-invocation-attempt.ts';
import { webhookInvocationAttempt } from '../shapes/webhook-invocation-attempt.ts';
import { type InvocationLists, invocationLists } from './invocation-lists.ts';

/** The trail of the webhooks: their invocations, and each invocation's attempts. */
export type WebhookInvocations = InvocationLists<WebhookInvocationAttempt>;

/** Creates the operations on invocations. */
export const webhookInvocations = (send: Send): WebhookInvocations =>
  invocationLists(send, webhooksPath, webhookInvocationAttempt);
