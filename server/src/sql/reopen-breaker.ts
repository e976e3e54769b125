import { query } from '../database/query.ts';
import { uuidFromId } from '../model/ids.ts';

interface Params {
  readonly lane: number;
  readonly webhookId: string;
  /** How many times as long as before it stays open: 2 after a probe that failed, 0 after none was sent. */
  readonly factor: number;
  readonly maxOpenMs: number;
}

/** Lets a breaker wait for its next probe. */
export const reopenBreaker = query<Params, { webhook_id: string }>(
  'reopen-breaker',
  `with opened as (
  select
    webhook_id,
    case when $3::integer = 0 then open_ms else least(open_ms * $3, $4::integer) end as open_ms,
    now() + least(open_ms * $3, $4) * interval '1 millisecond' as next_probe_at
  from breaker
  where lane = $1 and webhook_id = $2 and state <> 'closed'
  for update
)
update breaker b
set state = 'open', open_ms = opened.open_ms, next_probe_at = opened.next_probe_at
from opened
where b.lane = $1 and b.webhook_id = opened.webhook_id
returning b.webhook_id`,
  ({ lane, webhookId, factor, maxOpenMs }) => [lane, uuidFromId(webhookId), factor, maxOpenMs],
);
