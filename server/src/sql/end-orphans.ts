import { query } from '../database/query.ts';
import { uuidFromId } from '../model/ids.ts';

interface Params {
  readonly lane: number;
  readonly webhookId: string;
  readonly limit: number;
}

/**
 * Ends up to `limit` waiting invocations of a webhook that was deleted. Whether it was is asked
 * here, in the same statement: a node that does not know a webhook yet must not end its work. What is
 * leased is under way somewhere, and its outcome decides.
 */
export const endOrphans = query<Params, { id: string }>(
  'end-orphans',
  `with orphan as (
  select lane, id
  from invocation
  where lane = $1 and webhook_id = $2 and due_at is not null and (not leased or due_at <= now())
    and not exists (select from webhook where id = $2)
  order by due_at
  limit $3
  for update skip locked
)
update invocation i
set status = 'failed', reason = 'the webhook was deleted', due_at = null, leased = false, manual = false
from orphan
where i.lane = orphan.lane and i.id = orphan.id
returning i.id`,
  ({ lane, webhookId, limit }) => [lane, uuidFromId(webhookId), limit],
);
