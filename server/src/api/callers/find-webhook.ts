import type { Directory } from '../../directory/directory.ts';
import type { Webhook } from '../../model/webhook.ts';
import { notFound } from '../errors/not-found.ts';
import type { Caller } from './caller.ts';

/** @throws ApiError `RecordNotFound` unless the caller's account owns this webhook. */
export function findWebhook(
  directory: Directory,
  caller: Caller,
  id: string,
  field?: string,
): Webhook {
  const webhook = directory.webhook(id);
  if (webhook === undefined || webhook.accountId !== caller.accountId)
    throw notFound('webhook', id, field);
  return webhook;
}
