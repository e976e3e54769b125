import { rows, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { laneOf } from '../model/lanes.ts';
import type { TrailRow } from './read-created-invocations.ts';

/** An invocation by its primary key. */
export interface InvocationKey {
  readonly webhookId: string;
  readonly id: string;
}

/** An invocation of a list, and whether it ever succeeded. */
export interface KeyedInvocation extends TrailRow {
  readonly event_id: string;
  readonly event_type: string;
  readonly delivered: boolean;
}

/**
 * Reads invocations by their keys: one probe of the primary key each, in one partition. Those that are
 * no longer kept are left out. The limit makes PostgreSQL begin with the keys.
 */
export const readInvocationsByKey = query<readonly InvocationKey[], KeyedInvocation>(
  'read-invocations-by-key',
  {
    keys: rows((keys: readonly InvocationKey[]) => keys, {
      lane: smallint((key) => laneOf(key.webhookId)),
      webhook_id: uuid((key) => key.webhookId),
      id: uuid((key) => key.id),
    }),
  },
  `select
  i.id, i.webhook_id, i.event_id, i.event_type, i.status, i.status_code, i.attempts_count, i.due_at,
  i.leased, i.reason, (extract(epoch from i.latest_at) * 1000000)::bigint as latest_at_us, i.reason_code,
  i.error_class, i.duration_ms, i.trigger, i.delivered, i.job_id, null::bigint as read
from
  $keys as k
  cross join lateral (
    select * from invocation
    where lane = k.lane and webhook_id = k.webhook_id and id = k.id
    limit 1
  ) as i`,
  { laneByLane: true },
);
