import { integer, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly lane: number;
  readonly webhookId: string;
  /** Multiplies the open time: 2 after a failed probe, 0 (the time stays) if no probe was sent. */
  readonly factor: number;
  readonly maxOpenMs: number;
}

/** Keeps a breaker open until its next probe. */
export const reopenBreaker = query<Params, { webhook_id: string }>(
  'reopen-breaker',
  {
    lane: smallint((p) => p.lane),
    webhook_id: uuid((p) => p.webhookId),
    factor: integer((p) => p.factor),
    max_open_ms: integer((p) => p.maxOpenMs),
  },
  `with opened as (
  select
    webhook_id,
    case when $factor = 0 then open_ms else least(open_ms * $factor, $max_open_ms) end as open_ms,
    now() + least(open_ms * $factor, $max_open_ms) * interval '1 millisecond' as next_probe_at
  from breaker
  where lane = $lane and webhook_id = $webhook_id and state <> 'closed'
  for update
)
update breaker b
set state = 'open', open_ms = opened.open_ms, next_probe_at = opened.next_probe_at
from opened
where b.lane = $lane and b.webhook_id = opened.webhook_id
returning b.webhook_id`,
);
