import { smallint } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/**
 * Finds every webhook of a lane with waiting invocations, and when the first is due, in
 * milliseconds from now. It steps from webhook to webhook along `invocation_due`, one probe each:
 * the cost grows with the waiting webhooks, not with their rows. `select distinct` would read every
 * waiting row.
 */
export const findDueWebhooks = query<number, { webhook_id: string; in_ms: number }>(
  'find-due-webhooks',
  {
    lane: smallint((lane) => lane),
  },
  `with recursive waiting as (
  (
    select webhook_id, due_at
    from invocation
    where lane = $lane and due_at is not null
    order by webhook_id, due_at
    limit 1
  )
  union all
  select n.webhook_id, n.due_at
  from
    waiting w
    cross join lateral (
      select webhook_id, due_at
      from invocation
      where lane = $lane and due_at is not null and webhook_id > w.webhook_id
      order by webhook_id, due_at
      limit 1
    ) as n
)
select webhook_id, extract(epoch from due_at - now())::float8 * 1000 as in_ms from waiting`,
);
