import { idArray } from '../database/binary-arrays.ts';
import {
  bigint,
  boolean,
  rows,
  scalar,
  smallint,
  timestamptzMs,
  uuid,
} from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface OfWebhook {
  readonly lane: number;
  readonly webhookId: string;
}

const ONE = {
  lane: smallint((p: OfWebhook) => p.lane),
  webhook_id: uuid((p: OfWebhook) => p.webhookId),
};

interface Some extends OfWebhook {
  readonly invocationIds: readonly string[];
}

const uuids = scalar<readonly string[]>('uuid[]', idArray);

interface WantedRow {
  readonly invocation_id: string;
  readonly failed: boolean;
}

/** Reads which of some invocations have bodies that are to be fetched. */
export const readArchivedWanted = query<Some, WantedRow>(
  'read-archived-wanted',
  { ...ONE, ids: uuids((p: Some) => p.invocationIds) },
  `select invocation_id, failed
from archive_wanted
where lane = $lane and webhook_id = $webhook_id and invocation_id = any ($ids)`,
);

interface Wanted extends OfWebhook {
  readonly wanted: readonly {
    readonly invocationId: string;
    readonly failed: boolean;
    readonly completedMs: number;
  }[];
}

/** Notes that the bodies of invocations are to be fetched. */
export const wantArchivedBodies = query<Wanted, never>(
  'want-archived-bodies',
  {
    ...ONE,
    wanted: rows((p: Wanted) => p.wanted, {
      invocation_id: uuid((w) => w.invocationId),
      failed: boolean((w) => w.failed),
      completed_at: timestamptzMs((w) => w.completedMs),
    }),
  },
  `insert into archive_wanted (lane, webhook_id, invocation_id, failed, completed_at)
select $lane, $webhook_id, w.invocation_id, w.failed, w.completed_at
from $wanted as w
on conflict (lane, webhook_id, invocation_id) do update
set failed = excluded.failed, completed_at = excluded.completed_at`,
);

interface Next extends OfWebhook {
  readonly failed: boolean;
}

/** Reads the invocation whose bodies are to be fetched next: the one that finished last. */
export const readNextWanted = query<Next, { invocation_id: string; completed_at: Date }>(
  'read-next-wanted',
  { ...ONE, failed: boolean((p: Next) => p.failed) },
  `select invocation_id, completed_at
from archive_wanted
where lane = $lane and webhook_id = $webhook_id and failed = $failed
order by completed_at desc
limit 1`,
);

/** Forgets that bodies are to be fetched: they are here, or there are none. */
export const forgetWanted = query<Some, WantedRow>(
  'forget-wanted',
  { ...ONE, ids: uuids((p: Some) => p.invocationIds) },
  `delete from archive_wanted
where lane = $lane and webhook_id = $webhook_id and invocation_id = any ($ids)
returning invocation_id, failed`,
);

interface Lost extends OfWebhook {
  readonly failed: boolean;
  readonly beforeMs: number;
  readonly limit: number;
}

/** Forgets bodies that the remote service has no longer. */
export const forgetLostBodies = query<Lost, WantedRow>(
  'forget-lost-bodies',
  {
    ...ONE,
    failed: boolean((p: Lost) => p.failed),
    before: timestamptzMs((p: Lost) => p.beforeMs),
    limit: bigint((p: Lost) => p.limit),
  },
  `with lost as (
  select invocation_id
  from archive_wanted
  where lane = $lane and webhook_id = $webhook_id and failed = $failed and completed_at < $before
  order by completed_at
  limit $limit
)
delete from archive_wanted
where lane = $lane and webhook_id = $webhook_id and invocation_id = any (array(select invocation_id from lost))
returning invocation_id, failed`,
);

/** Reads when the oldest invocation finished whose bodies are to be fetched, of several webhooks. */
export const readOldestWanted = query<readonly OfWebhook[], { completed_at: Date }>(
  'read-oldest-wanted',
  {
    webhooks: rows((webhooks: readonly OfWebhook[]) => webhooks, {
      lane: smallint((w) => w.lane),
      id: uuid((w) => w.webhookId),
    }),
  },
  `select o.completed_at
from
  $webhooks as w
  cross join (values (true), (false)) as f (failed)
  cross join lateral (
    select completed_at
    from archive_wanted
    where lane = w.lane and webhook_id = w.id and failed = f.failed
    order by completed_at
    limit 1
  ) as o
order by o.completed_at
limit 1`,
  {
    laneByLane: (runs) =>
      runs
        .flat()
        .sort((one, other) => +one.completed_at - +other.completed_at)
        .slice(0, 1),
  },
);
