import { query } from '../database/query.ts';
import { uuidFromId } from '../model/ids.ts';

interface Params {
  readonly lane: number;
  readonly webhookId: string;
  readonly openMs: number;
  readonly reason: string;
}

/** Opens a breaker that is closed; returns nothing when another node was first. */
export const openBreaker = query<Params, { webhook_id: string }>(
  'open-breaker',
  `insert into breaker as b (lane, webhook_id, state, open_ms, since, next_probe_at, reason)
values ($1, $2, 'open', $3, now(), now() + $3::integer * interval '1 millisecond', $4)
on conflict (lane, webhook_id) do update set
  state = excluded.state,
  open_ms = excluded.open_ms,
  since = excluded.since,
  next_probe_at = excluded.next_probe_at,
  reason = excluded.reason
  where b.state = 'closed'
returning webhook_id`,
  ({ lane, webhookId, openMs, reason }) => [lane, uuidFromId(webhookId), openMs, reason],
);
