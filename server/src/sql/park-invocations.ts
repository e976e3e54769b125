import { bigint, boolean, float8, scalar, smallint, text, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { ReasonCode } from '../model/reason-code.ts';
import {
  DELTA_COLUMNS,
  DELTA_PARAMETERS,
  DELTA_VALUES,
  IS_MARKED,
  type Marked,
} from './parts/delta-mark.ts';
import { lostEntry, MAX_HISTORY } from './parts/history.ts';

interface Params extends Marked {
  readonly lane: number;
  readonly webhookId: string;
  readonly status: 'circuit broken' | 'throttled';
  /** Ends them instead of letting them wait, except for manual attempts. */
  readonly ends: boolean;
  /** Why, as JSON for the history. */
  readonly entry: string;
  readonly reason: string;
  readonly reasonCode: ReasonCode;
  /** Skips rows that fell due earlier, which previous pages covered: microseconds since 1970. */
  readonly fromUs: number;
  readonly limit: number;
}

const deliveryStatus = scalar<Params['status']>('delivery_status');

/**
 * Records on due invocations that they are held back. Their due time stays, so they are sent oldest
 * first, and a backlog is written once, not at every change of the breaker. A row that a dead node
 * had leased stays `unknown`.
 */
export const parkInvocations = query<Params, { due_at_us: number; ends: boolean }>(
  'park-invocations',
  {
    lane: smallint((p) => p.lane),
    webhook_id: uuid((p) => p.webhookId),
    status: deliveryStatus((p) => p.status),
    ends: boolean((p) => p.ends),
    entry: text((p) => p.entry),
    reason: text((p) => p.reason),
    reason_code: text((p) => p.reasonCode),
    from_us: float8((p) => p.fromUs),
    limit: bigint((p) => p.limit),
    ...DELTA_PARAMETERS,
  },
  `with waiting as (
  select
    lane, webhook_id, id, floor(extract(epoch from due_at) * 1000000)::float8 as due_at_us,
    $ends and not manual as ends,
    case when leased then ${lostEntry('due_at')} || ',' else '' end as lost
  from invocation
  where lane = $lane and webhook_id = $webhook_id and due_at <= now() and due_at >= to_timestamp($from_us / 1000000)
    and status <> $status and (status <> 'unknown' or $ends)
  order by due_at
  limit $limit
  for update skip locked
),
parked as (
update invocation i
set
  status = case when i.leased and not waiting.ends then 'unknown' else $status end,
  lost_count = i.lost_count + i.leased::integer,
  suspect_count = least(i.suspect_count + i.leased::integer, 100),
  blamed_count = i.blamed_count + (i.leased and i.begun)::integer,
  begun = false,
  leased = false,
  due_at = case when waiting.ends then null else i.due_at end,
  reason = $reason,
  reason_code = $reason_code,
  history = case
    when length(i.history) > ${MAX_HISTORY} then i.history
    else coalesce(i.history || ',', '') || waiting.lost || $entry
  end
from waiting
where i.lane = waiting.lane and i.webhook_id = waiting.webhook_id and i.id = waiting.id
returning i.lane, i.webhook_id, i.id, i.status, i.error_class, waiting.ends, waiting.due_at_us
),
appended as (
insert into delta (
  ${DELTA_COLUMNS}, webhook_ids, lanes, invocation_ids, statuses, error_classes, settled
)
select
  ${DELTA_VALUES}, 'parked', array_agg(webhook_id), array_agg(lane), array_agg(id), array_agg(status),
  array_agg(error_class), array_agg(ends)
from parked
having ${IS_MARKED} and count(*) > 0
)
select due_at_us, ends from parked`,
  { appendsIn: ({ lane }) => lane, oneLane: true },
);
