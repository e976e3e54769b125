import { query } from '../database/query.ts';
import { uuidFromId } from '../model/ids.ts';

interface Params {
  readonly lane: number;
  readonly webhookId: string;
  readonly status: 'circuit broken' | 'throttled';
  /** They do not wait, this is their end; unless somebody asked for the attempt by hand. */
  readonly ends: boolean;
  /** Why, as JSON for the history. */
  readonly entry: string;
  readonly reason: string;
  /** Rows that fell due earlier were looked at before: microseconds since 1970. */
  readonly fromUs: number;
  readonly limit: number;
}

/**
 * Characters; no history grows beyond this by more than an entry. Something that is held back for ever,
 * or sent again for ever, must not.
 */
export const MAX_HISTORY = 4_000;

/**
 * Notes on due invocations that they are held back. Their due time stays as it is, so they go out
 * oldest first, and a backlog is written once, not at every turn of the breaker. A row that a dead node
 * had leased stays `unknown`.
 */
export const parkInvocations = query<Params, { due_at_us: number }>(
  'park-invocations',
  `with waiting as (
  select
    lane, id, floor(extract(epoch from due_at) * 1000000)::float8 as due_at_us,
    $4::boolean and not manual as ends
  from invocation
  where lane = $1 and webhook_id = $2 and due_at <= now() and due_at >= to_timestamp($7::float8 / 1000000)
    and status <> $3::delivery_status and (status <> 'unknown' or $4::boolean)
  order by due_at
  limit $8
  for update skip locked
)
update invocation i
set
  status = case when i.leased and not waiting.ends then 'unknown' else $3::delivery_status end,
  lost_count = i.lost_count + i.leased::integer,
  leased = false,
  due_at = case when waiting.ends then null else i.due_at end,
  reason = $6,
  history = case
    when length(i.history) > ${MAX_HISTORY} then i.history
    else coalesce(i.history || ',', '') || $5
  end
from waiting
where i.lane = waiting.lane and i.id = waiting.id
returning waiting.due_at_us`,
  ({ lane, webhookId, status, ends, entry, reason, fromUs, limit }) => [
    lane,
    uuidFromId(webhookId),
    status,
    ends,
    entry,
    reason,
    fromUs,
    limit,
  ],
);
