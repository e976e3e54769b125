import { bigint, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly lane: number;
  readonly webhookId: string;
  /** More are not counted. */
  readonly limit: number;
}

/**
 * How many invocations of a webhook are due, up to a limit. The order is nobody's, but it leads PostgreSQL
 * 15 to the index that has no other rows.
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
