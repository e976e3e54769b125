import { integer, smallint, text, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly lane: number;
  readonly webhookId: string;
  readonly openMs: number;
  readonly reason: string;
}

/**
 * Opens a closed breaker; returns no row if another node was first, or if the webhook was deleted: its last
 * outcomes may be counted after that, and nothing would close the breaker.
 */
export const openBreaker = query<Params, { webhook_id: string }>(
  'open-breaker',
  {
    lane: smallint((p) => p.lane),
    webhook_id: uuid((p) => p.webhookId),
    open_ms: integer((p) => p.openMs),
    reason: text((p) => p.reason),
  },
  `insert into breaker as b (lane, webhook_id, state, open_ms, since, next_probe_at, reason)
select $lane, $webhook_id, 'open', $open_ms, now(), now() + $open_ms * interval '1 millisecond', $reason
where exists (select from webhook where id = $webhook_id)
on conflict (lane, webhook_id) do update set
  state = excluded.state,
  open_ms = excluded.open_ms,
  since = excluded.since,
  next_probe_at = excluded.next_probe_at,
  reason = excluded.reason
  where b.state = 'closed'
returning webhook_id`,
);
