import { idArray, int2Array } from '../database/binary-arrays.ts';
import { query } from '../database/query.ts';
import { laneOf } from '../model/lanes.ts';

export type BreakerState = 'closed' | 'open' | 'half open';

export interface BreakerRow {
  readonly webhook_id: string;
  readonly state: BreakerState;
  readonly since: Date;
  readonly next_probe_at: Date;
  readonly reason: string | null;
}

/** The breakers of some webhooks, whatever their state. */
export const readBreakers = query<readonly string[], BreakerRow>(
  'read-breakers',
  `select b.webhook_id, b.state, b.since, b.next_probe_at, b.reason
from unnest($1::smallint[], $2::uuid[]) as w (lane, webhook_id)
join breaker b on b.lane = w.lane and b.webhook_id = w.webhook_id`,
  (webhookIds) => [int2Array(webhookIds.map(laneOf)), idArray(webhookIds)],
);
