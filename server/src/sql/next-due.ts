import { rows, smallint, timestamptzMs, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly lane: number;
  readonly webhooks: readonly {
    readonly webhookId: string;
    /** Only what is due from then on is looked at, in milliseconds since 1970; all by default. */
    readonly fromMs?: number;
  }[];
}

/** When the next invocation of each of some webhooks of a lane is due, in milliseconds from now. */
export const nextDue = query<Params, { webhook_id: string; in_ms: number }>(
  'next-due',
  {
    lane: smallint((p) => p.lane),
    webhooks: rows((p: Params) => p.webhooks, {
      webhook_id: uuid((webhook) => webhook.webhookId),
      from_at: timestamptzMs(({ fromMs = 0 }) => fromMs),
    }),
  },
  `select w.webhook_id, extract(epoch from n.due_at - now())::float8 * 1000 as in_ms
from
  $webhooks as w
  cross join lateral (
    select due_at
    from invocation
    where lane = $lane and webhook_id = w.webhook_id and due_at >= w.from_at
    order by due_at
    limit 1
  ) as n`,
);
