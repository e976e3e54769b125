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

/**
 * Reads the breakers of some webhooks, in any state; none of those that were deleted (`read-open-breakers.ts`).
 * Planned while there were no webhooks, a plain join reads all of them.
 */
export const readBreakers = query<readonly string[], BreakerRow>(
  'read-breakers',
  {
    webhooks: rows((ids: readonly string[]) => ids, {
      lane: smallint(laneOf),
      webhook_id: uuid((id) => id),
    }),
  },
  `with existing as materialized (
  select n.lane, n.webhook_id
  from
    $webhooks as n
    cross join lateral (select from webhook where id = n.webhook_id offset 0) as w
)
select b.webhook_id, b.state, b.since, b.next_probe_at, b.reason
from
  existing e
  join breaker b on b.lane = e.lane and b.webhook_id = e.webhook_id`,
);
