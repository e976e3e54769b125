import { float8, rows, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/** A range of ids, and with them of partitions: the end is exclusive. */
export interface IdRange {
  readonly firstId: string;
  readonly endId: string;
}

interface Params {
  readonly lane: number;
  /** How far ahead it looks. */
  readonly withinMs: number;
  /** Ranges without gaps; one a partition is the fastest. */
  readonly ranges: readonly IdRange[];
}

/**
 * Finds every webhook of a lane with invocations that are due soon, and when the first is due, in
 * milliseconds from now. In each range it steps along `invocation_due` from one such webhook to the
 * next, one probe each: the cost grows with the webhooks that are due soon, not with their rows,
 * and what is due later is only passed over in the index. 1,562 waiting webhooks of a lane with 15
 * partitions took 33 ms when each was a step, and a step merged the partitions.
 */
export const findDueWebhooks = query<Params, { webhook_id: string; in_ms: number }>(
  'find-due-webhooks',
  {
    lane: smallint((p) => p.lane),
    within_ms: float8((p) => p.withinMs),
    ranges: rows((p: Params) => p.ranges, {
      first_id: uuid((range) => range.firstId),
      end_id: uuid((range) => range.endId),
    }),
  },
  `select due.webhook_id, extract(epoch from min(due.due_at) - now())::float8 * 1000 as in_ms
from
  $ranges as r
  cross join lateral (
    with recursive waiting as (
      (
        select webhook_id, due_at
        from invocation
        where lane = $lane and id >= r.first_id and id < r.end_id
          and due_at < now() + $within_ms * interval '1 millisecond'
          and due_at is not null
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
          where lane = $lane and id >= r.first_id and id < r.end_id
            and due_at < now() + $within_ms * interval '1 millisecond'
            and due_at is not null and webhook_id > w.webhook_id
          order by webhook_id, due_at
          limit 1
        ) as n
    )
    select webhook_id, due_at from waiting
  ) as due
group by due.webhook_id`,
);
