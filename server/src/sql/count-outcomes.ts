import { integer, rows, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

export interface OutcomeCount {
  readonly lane: number;
  readonly webhookId: string;
  readonly requests: number;
  readonly errors: number;
  /** How far back the returned sums go. */
  readonly windowMs: number;
}

export interface WindowCounts {
  readonly webhook_id: string;
  readonly requests: number;
  readonly errors: number;
}

/** The length of a slot, and the number of slots: together longer than the longest window. */
export const SLOT_MS = 10_000;
const SLOTS = 32;

/**
 * Adds to the counts of some webhooks and returns the sums of their windows over all nodes. Webhooks
 * that were deleted with requests in flight get no count, because nothing would remove it, and no
 * sum. "offset 0" makes PostgreSQL look each webhook up by its key, rather than read all of them. A slot
 * of the ring that is older than one round restarts from zero. A statement does not see its own
 * writes, so the current slot comes from `returning` and the others from the table. Rows are
 * written in one order, so two nodes cannot deadlock.
 */
export const countOutcomes = query<readonly OutcomeCount[], WindowCounts>(
  'count-outcomes',
  {
    counts: rows((counts: readonly OutcomeCount[]) => counts, {
      lane: smallint((count) => count.lane),
      webhook_id: uuid((count) => count.webhookId),
      requests: integer((count) => count.requests),
      errors: integer((count) => count.errors),
      window_ms: integer((count) => count.windowMs),
    }),
  },
  `with
  clock as (
    select floor(extract(epoch from now()) * 1000 / ${SLOT_MS})::bigint as period
  ),
  fresh as (
    select
      n.*, (period % ${SLOTS})::smallint as slot,
      to_timestamp(period * ${SLOT_MS / 1000}) as period_at
    from
      clock,
      $counts as n
      cross join lateral (select from webhook where id = n.webhook_id offset 0) as w
  ),
  counted as (
    insert into delivery_count as c (lane, webhook_id, slot, period_at, requests, errors)
    select lane, webhook_id, slot, period_at, requests, errors
    from fresh
    order by lane, webhook_id
    on conflict (lane, webhook_id, slot) do update set
      requests = excluded.requests
        + case when c.period_at = excluded.period_at then c.requests else 0 end,
      errors = excluded.errors
        + case when c.period_at = excluded.period_at then c.errors else 0 end,
      period_at = excluded.period_at
    returning lane, webhook_id, slot, requests, errors
  )
select webhook_id, sum(requests)::integer as requests, sum(errors)::integer as errors
from (
  select webhook_id, requests, errors from counted
  union all
  select d.webhook_id, d.requests, d.errors
  from
    fresh
    join delivery_count d on d.lane = fresh.lane and d.webhook_id = fresh.webhook_id
  where d.slot <> fresh.slot and d.period_at > now() - fresh.window_ms * interval '1 millisecond'
) as part
group by webhook_id`,
  { lanesOf: (counts) => counts.map(({ lane }) => lane) },
);
