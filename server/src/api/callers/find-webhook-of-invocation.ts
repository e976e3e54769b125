import type { Database } from '../../database/database.ts';
import type { Directory } from '../../directory/directory.ts';
import { isId } from '../../model/ids.ts';
import { laneOf } from '../../model/lanes.ts';
import { findInvocationWebhook } from '../../sql/find-invocation-webhook.ts';
import { inFamily } from '../../sql/parts/in-family.ts';
import type { Family } from '../../sql/parts/trail-family.ts';
import { readArchiveWebhooks } from '../../sql/read-archive-webhooks.ts';
import { readDeletedWebhookNames } from '../../sql/read-deleted-webhooks.ts';
import { ApiError } from '../errors/api-error.ts';
import { cut } from '../errors/cut.ts';
import type { Caller } from './caller.ts';
import { findWebhookOfTrail, type WebhookOfTrail } from './find-webhook-of-trail.ts';

interface Parts {
  readonly database: Database;
  readonly directory: Directory;
}

/** A statement probes this many webhooks: 1,000 take about 10 ms. */
const AT_ONCE = 1_000;

/** Of the deleted webhooks of an account, and of those that it archives, the latest of them. */
const MOST_DELETED = 10_000;

/**
 * Finds the webhook of an invocation by the id of the invocation alone: a probe of the primary key for
 * each webhook of the account: of those that exist, of those that were deleted, and of those that it
 * archives.
 *
 * @throws ApiError `RecordNotFound` unless a webhook of the caller's account has the invocation.
 */
export async function findWebhookOfInvocation(
  { database, directory }: Parts,
  caller: Caller,
  id: string,
): Promise<WebhookOfTrail> {
  if (!isId(id)) throw noInvocation(id);
  const { accountId } = caller;
  const probe = async (
    family: Family,
    ids: readonly string[],
  ): Promise<WebhookOfTrail | undefined> => {
    // In the order of lanes, a Citus cluster visits each shard once.
    const sorted = ids.toSorted((one, other) => laneOf(one) - laneOf(other));
    for (let start = 0; start < sorted.length; start += AT_ONCE) {
      const webhookIds = sorted.slice(start, start + AT_ONCE);
      const [found] = await database.run(inFamily(findInvocationWebhook, family), {
        id,
        webhookIds,
      });
      if (found !== undefined) {
        return findWebhookOfTrail({ database, directory }, caller, found.webhook_id);
      }
    }
    return undefined;
  };
  const known = await directory.webhooksInOrder(accountId, 'id');
  const existing = known.map(({ webhook }) => webhook.id);
  const found = await probe('local', existing);
  if (found !== undefined) return found;
  const limit = MOST_DELETED;
  const deleted = await database.run(readDeletedWebhookNames, { accountId, among: null, limit });
  const ofDeleted = await probe(
    'local',
    deleted.map((row) => row.id),
  );
  if (ofDeleted !== undefined) return ofDeleted;
  const archived = await database.run(readArchiveWebhooks, { accountId, among: null, limit });
  const ofArchived = await probe(
    'archived',
    archived.map((row) => row.id),
  );
  if (ofArchived === undefined) throw noInvocation(id);
  return ofArchived;
}

const noInvocation = (id: string) =>
  new ApiError('RecordNotFound', `there is no invocation ${cut(id)}`, { field: 'invocation_id' });
