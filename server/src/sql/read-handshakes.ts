import { rows, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { laneOf } from '../model/lanes.ts';

export interface HandshakeRow {
  readonly webhook_id: string;
  readonly state: 'asking' | 'allowed' | 'refused';
  readonly subject: string;
  readonly allowed_origin: string | null;
  /** Requests a minute; null: no limit. */
  readonly allowed_rate: number | null;
  readonly checked_at: Date | null;
  readonly next_at: Date;
  readonly reason: string | null;
}

/** Reads what the endpoints of some webhooks answered; no row: one was not asked yet. */
export const readHandshakes = query<readonly string[], HandshakeRow>(
  'read-handshakes',
  {
    webhooks: rows((ids: readonly string[]) => ids, {
      lane: smallint(laneOf),
      webhook_id: uuid((id) => id),
    }),
  },
  `select
  h.webhook_id, h.state::text as state, h.subject, h.allowed_origin, h.allowed_rate, h.checked_at, h.next_at, h.reason
from $webhooks as w
join handshake h on h.lane = w.lane and h.webhook_id = w.webhook_id`,
);
