import type { WholeInvocationRow } from '../../sql/read-invocation.ts';
import { findInvocation } from '../../trail/find-invocation.ts';
import { ApiError } from '../errors/api-error.ts';
import type { Services } from '../services/services.ts';

/** The error for an invocation that this webhook does not have, or no longer. */
export function noSuchInvocation(id: string): ApiError {
  return new ApiError(
    'RecordNotFound',
    `there is no invocation ${id.slice(0, 60)} of this webhook`,
  );
}

/** @throws ApiError `RecordNotFound` unless the webhook has this invocation. */
export async function needInvocation(
  services: Services,
  webhookId: string,
  id: string,
): Promise<WholeInvocationRow> {
  const found = await findInvocation(services, webhookId, id);
  if (found === undefined) throw noSuchInvocation(id);
  return found;
}
