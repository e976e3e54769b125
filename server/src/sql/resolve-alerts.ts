import { bigint, rows, timestamptzMs, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/** An alert that resolves. */
export interface ResolvedAlert {
  readonly accountId: number;
  readonly id: string;
}

interface Params {
  readonly alerts: readonly ResolvedAlert[];
  readonly atMs: number;
}

/** Resolves alerts. */
export const resolveAlerts = query<Params, never>(
  'resolve-alerts',
  {
    alerts: rows((p: Params) => p.alerts, {
      account_id: bigint((a) => a.accountId),
      id: uuid((a) => a.id),
    }),
    at: timestamptzMs((p) => p.atMs),
  },
  `update alert a
set resolved_at = $at
from $alerts as r
where a.account_id = r.account_id and a.id = r.id and a.resolved_at is null`,
);
