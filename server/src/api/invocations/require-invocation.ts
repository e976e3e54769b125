import type { WholeInvocationRow } from '../../sql/read-invocation.ts';
import { findInvocation, type Shown, type StoredWebhook } from '../../trail/find-invocation.ts';
import { notFound } from '../errors/not-found.ts';
import type { Services } from '../services/services.ts';

/** @throws ApiError `RecordNotFound` unless the webhook has this invocation. */
export async function requireInvocation(
  services: Services,
  webhook: StoredWebhook,
  id: string,
  shown?: Shown,
): Promise<WholeInvocationRow> {
  const found = await findInvocation(services, webhook, id, shown);
  if (found === undefined) throw notFound('invocation', id);
  return found;
}
