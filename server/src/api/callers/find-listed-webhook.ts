import type { Database } from '../../database/database.ts';
import type { Directory } from '../../directory/directory.ts';
import { notFound } from '../errors/not-found.ts';
import type { Caller } from './caller.ts';
import { findWebhookOfTrail, type WebhookOfTrail } from './find-webhook-of-trail.ts';

interface Parts {
  readonly database: Database;
  readonly directory: Directory;
}

/**
 * Finds a webhook whose invocations `/api/v2` lists.
 *
 * @throws ApiError `RecordNotFound` unless it exists and the caller's account owns it, or archives it.
 */
export async function findListedWebhook(
  parts: Parts,
  caller: Caller,
  id: string,
): Promise<WebhookOfTrail> {
  const found = await findWebhookOfTrail(parts, caller, id);
  if (found.deletedAt !== undefined) throw notFound('webhook', id);
  return found;
}
