import type { Directory } from '../../directory/directory.ts';
import type { Webhook } from '../../model/webhook.ts';
import { ApiError } from '../errors/api-error.ts';
import type { Caller } from './authentication.ts';

/** The error for a webhook that does not exist, or belongs to another account: no difference is shown. */
export function noSuchWebhook(id: string): ApiError {
  return new ApiError('RecordNotFound', `there is no webhook ${id.slice(0, 60)}`);
}

/** @throws ApiError `RecordNotFound` unless the caller's account has this webhook. */
export function findWebhook(directory: Directory, caller: Caller, id: string): Webhook {
  const webhook = directory.webhook(id);
  if (webhook === undefined || webhook.accountId !== caller.accountId) throw noSuchWebhook(id);
  return webhook;
}
