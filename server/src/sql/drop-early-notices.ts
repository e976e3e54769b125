import { bigint, rows, timestamptzMs, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { ResolvedAlert } from './resolve-alerts.ts';

interface Params {
  readonly alerts: readonly ResolvedAlert[];
  readonly nowMs: number;
}

/** Drops what nobody was told of before it resolved: in quiet hours. */
export const dropEarlyNotices = query<Params, never>(
  'drop-early-notices',
  {
    alerts: rows((p: Params) => p.alerts, {
      account_id: bigint((a) => a.accountId),
      id: uuid((a) => a.id),
    }),
    now: timestamptzMs((p) => p.nowMs),
  },
  `update alert_notice n
set state = 'dropped'
from $alerts as r
where n.alert_id = r.id and n.account_id = r.account_id and n.transition = 'opened'
  and n.state = 'waiting' and n.attempts = 0 and n.due_at > $now`,
);
