import { bigint, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly lane: number;
  readonly webhookId: string;
  /** Counting stops here. */
  readonly limit: number;
}

/**
 * Counts the due invocations of a webhook, up to a limit. Nothing needs the order, but it makes
 * PostgreSQL 15 choose the index that has no other rows.
 */
export const countDue = query<Params, { due: number }>(
  'count-due',
  {
    lane: smallint((p) => p.lane),
    webhook_id: uuid((p) => p.webhookId),
    limit: bigint((p) => p.limit),
  },
  `select count(*)::integer as due
from (
  select 1
  from invocation
  where lane = $lane and webhook_id = $webhook_id and due_at <= now()
  order by due_at
  limit $limit
) as one`,
);
