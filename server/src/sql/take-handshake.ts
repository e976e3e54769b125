import { integer, smallint, text, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly lane: number;
  readonly webhookId: string;
  /** The hash of what the endpoint is asked about. */
  readonly subject: string;
  /** How long no other node may ask: longer than the request can last. */
  readonly holdMs: number;
}

/**
 * Takes the right to ask an endpoint whether it wants deliveries; of all nodes that want it, one gets it, and
 * none if the webhook was deleted: nothing would remove the row.
 */
export const takeHandshake = query<Params, { webhook_id: string }>(
  'take-handshake',
  {
    lane: smallint((p) => p.lane),
    webhook_id: uuid((p) => p.webhookId),
    subject: text((p) => p.subject),
    hold_ms: integer((p) => p.holdMs),
  },
  `insert into handshake as h (lane, webhook_id, state, failures, subject, next_at, asked_at)
select $lane, $webhook_id, 'asking', 0, $subject, now() + $hold_ms * interval '1 millisecond', now()
where exists (select from webhook where id = $webhook_id)
on conflict (lane, webhook_id) do update set
  state = 'asking',
  failures = case when h.subject = excluded.subject then h.failures else 0 end,
  subject = excluded.subject,
  next_at = excluded.next_at,
  asked_at = excluded.asked_at,
  allowed_origin = null,
  allowed_rate = null
  where h.subject <> excluded.subject or (h.state <> 'allowed' and h.next_at <= excluded.asked_at)
returning webhook_id`,
);
