import { boolean, integer, scalar, smallint, text, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly lane: number;
  readonly webhookId: string;
  readonly subject: string;
  readonly allowed: boolean;
  /** What the endpoint allows: an origin or `*`. */
  readonly allowedOrigin: string | null;
  /** Requests a minute; null: no limit. */
  readonly allowedRate: number | null;
  /** Why it is no permission. */
  readonly reason: string | null;
  /** The wait after the first refusal; each further one doubles it... */
  readonly waitMs: number;
  /** ... up to this. */
  readonly mostWaitMs: number;
}

const handshakeState = scalar<'allowed' | 'refused'>('handshake_state');

/** Records what an endpoint answered, unless something else is asked of it by now. */
export const writeHandshake = query<Params, { webhook_id: string }>(
  'write-handshake',
  {
    lane: smallint((p) => p.lane),
    webhook_id: uuid((p) => p.webhookId),
    subject: text((p) => p.subject),
    allowed: boolean((p) => p.allowed),
    state: handshakeState((p) => (p.allowed ? 'allowed' : 'refused')),
    allowed_origin: text((p) => p.allowedOrigin),
    allowed_rate: integer((p) => p.allowedRate),
    reason: text((p) => p.reason),
    wait_ms: integer((p) => p.waitMs),
    most_wait_ms: integer((p) => p.mostWaitMs),
  },
  `with asked as (
  select
    webhook_id,
    case when $allowed then 0 else least(failures + 1, 1000) end as failures,
    now() + least($wait_ms * power(2, least(failures, 20)), $most_wait_ms) * interval '1 millisecond' as next_at
  from handshake
  where lane = $lane and webhook_id = $webhook_id and subject = $subject and state = 'asking'
  for update
)
update handshake h
set
  state = $state,
  failures = asked.failures,
  allowed_origin = $allowed_origin,
  allowed_rate = $allowed_rate,
  checked_at = now(),
  next_at = asked.next_at,
  reason = $reason
from asked
where h.lane = $lane and h.webhook_id = $webhook_id and h.webhook_id = asked.webhook_id
returning h.webhook_id`,
);
