import { rows, smallint, uuid } from '../database/parameters.ts';
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

/** Reads the breakers of some webhooks, in any state. */
export const readBreakers = query<readonly string[], BreakerRow>(
  'read-breakers',
  {
    webhooks: rows((ids: readonly string[]) => ids, {
      lane: smallint(laneOf),
      webhook_id: uuid((id) => id),
    }),
  },
  `select b.webhook_id, b.state, b.since, b.next_probe_at, b.reason
from $webhooks as w
join breaker b on b.lane = w.lane and b.webhook_id = w.webhook_id`,
);
