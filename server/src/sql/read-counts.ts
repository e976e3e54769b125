import { float8, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly lane: number;
  readonly webhookId: string;
  readonly windowMs: number;
}

/** Counts the requests of a webhook within the window, over all nodes, and the failed ones. */
export const readCounts = query<Params, { requests: number; errors: number }>(
  'read-counts',
  {
    lane: smallint((p) => p.lane),
    webhook_id: uuid((p) => p.webhookId),
    window_ms: float8((p) => p.windowMs),
  },
  `select coalesce(sum(requests), 0)::integer as requests, coalesce(sum(errors), 0)::integer as errors
from delivery_count
where lane = $lane and webhook_id = $webhook_id and period_at > now() - $window_ms * interval '1 millisecond'`,
);
