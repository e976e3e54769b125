import { bigint, smallint, text, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { ReasonCode } from '../model/reason-code.ts';
import { DELTA_PARAMETERS, type Marked } from './parts/delta-mark.ts';
import { ENDED_DELTA } from './parts/ended-delta.ts';
import { lostEntry } from './parts/history.ts';

interface Params extends Marked {
  readonly lane: number;
  readonly webhookId: string;
  readonly limit: number;
  /** The end, as JSON for the history. */
  readonly entry: string;
}

const DELETED: ReasonCode = 'deleted';

/**
 * Ends up to `limit` waiting invocations of a deleted webhook. The statement itself checks that the
 * webhook is gone: a node that has not loaded a new webhook yet must not end its invocations. A
 * leased invocation is in flight on some node, and its outcome decides. If its lease expires first, the
 * history says so, as a claim would: a request may have been sent.
 */
export const endOrphans = query<Params, { id: string }>(
  'end-orphans',
  {
    lane: smallint((p) => p.lane),
    webhook_id: uuid((p) => p.webhookId),
    limit: bigint((p) => p.limit),
    entry: text((p) => p.entry),
    ...DELTA_PARAMETERS,
  },
  `with orphan as (
  select
    lane, webhook_id, id,
    case when leased then ${lostEntry('due_at')} || ',' else '' end as lost
  from invocation
  where lane = $lane and webhook_id = $webhook_id and due_at is not null and (not leased or due_at <= now())
    and not exists (select from webhook where id = $webhook_id)
  order by due_at
  limit $limit
  for update skip locked
),
ended as (
update invocation i
set status = 'failed', reason = 'the webhook was deleted', reason_code = '${DELETED}', due_at = null,
  leased = false, manual = false, begun = false, lost_count = i.lost_count + i.leased::integer,
  history = coalesce(i.history || ',', '') || orphan.lost || $entry
from orphan
where i.lane = orphan.lane and i.webhook_id = orphan.webhook_id and i.id = orphan.id
returning i.lane, i.webhook_id, i.id, i.status, i.error_class
),
appended as (
${ENDED_DELTA}
)
select id from ended`,
  { appendsIn: ({ lane }) => lane, oneLane: true },
);
