import { bigint, rows, smallint, uuid } from '../database/parameters.ts';
import { type Query, query } from '../database/query.ts';

/** A webhook whose due invocations are counted. */
export interface CountedWebhook {
  readonly lane: number;
  readonly webhookId: string;
  /** Counting stops here. */
  readonly most: number;
}

interface DueRow {
  readonly webhook_id: string;
  readonly due: number;
  /** When the oldest became due, in milliseconds since 1970. */
  readonly since_ms: number;
}

/**
 * Counts the due invocations of some webhooks, each up to a limit, and says when the oldest became due. The
 * order makes it an index range of what is due, as in `count-due`, whose first row is the oldest.
 */
function compose(oneLane: boolean): Query<readonly CountedWebhook[], DueRow> {
  return query<readonly CountedWebhook[], DueRow>(
    `count-due-webhooks${oneLane ? '-lane' : ''}`,
    {
      ...(oneLane && {
        lane: smallint((webhooks: readonly CountedWebhook[]) => webhooks[0]?.lane ?? 0),
      }),
      webhooks: rows((webhooks: readonly CountedWebhook[]) => webhooks, {
        ...(!oneLane && { lane: smallint((webhook: CountedWebhook) => webhook.lane) }),
        webhook_id: uuid((webhook) => webhook.webhookId),
        most: bigint((webhook) => webhook.most),
      }),
    },
    `select w.webhook_id, d.due, d.since_ms
from
  $webhooks as w
  cross join lateral (
    select
      count(*)::integer as due, (extract(epoch from min(one.due_at)) * 1000)::float8 as since_ms
    from (
      select due_at
      from invocation
      where lane = ${oneLane ? '$lane' : 'w.lane'} and webhook_id = w.webhook_id and due_at <= now()
      order by due_at
      limit w.most
    ) as one
  ) as d
where d.due > 0`,
  );
}

/** Of webhooks of any lane. */
export const countDueWebhooks = compose(false);

/** Of webhooks of one lane. */
export const countDueWebhooksOfLane = compose(true);
