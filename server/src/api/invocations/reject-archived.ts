import type { Database } from '../../database/database.ts';
import { isId } from '../../model/ids.ts';
import { readArchiveWebhook } from '../../sql/read-archive-webhooks.ts';
import type { Caller } from '../callers/caller.ts';
import { ApiError } from '../errors/api-error.ts';

/** @throws ApiError `Archived` for a webhook of a source, which a replay cannot send to. */
export async function rejectArchived(
  database: Database,
  { accountId }: Caller,
  id: string,
): Promise<void> {
  if (!isId(id)) return;
  const [archived] = await database.run(readArchiveWebhook, { accountId, id });
  if (archived === undefined) return;
  throw new ApiError(
    'Archived',
    `this invocation is archived from ${archived.source}: a replay sends what is ours, send it again with POST .../resend`,
  );
}
