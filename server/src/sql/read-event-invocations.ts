import { rows, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { laneOf } from '../model/lanes.ts';
import type { InvocationRow } from './read-invocations.ts';

interface Params {
  readonly webhookIds: readonly string[];
  /** The first and the last id of the event's invocations. */
  readonly firstId: string;
  readonly lastId: string;
}

/** An invocation of an event. */
export interface EventInvocationRow extends InvocationRow {
  readonly webhook_id: string;
  readonly erased_at: Date | null;
}

/**
 * Reads the invocations of an event at some webhooks: for each webhook one probe of the primary key,
 * in the partition of the event's moment. The limit, which an event never exceeds, makes PostgreSQL
 * begin with the webhooks: it would read the event's moment in all lanes instead.
 */
export const readEventInvocations = query<Params, EventInvocationRow>(
  'read-event-invocations',
  {
    webhooks: rows((p: Params) => p.webhookIds, { lane: smallint(laneOf), id: uuid((id) => id) }),
    first_id: uuid((p) => p.firstId),
    last_id: uuid((p) => p.lastId),
  },
  `select
  i.id, i.webhook_id, i.event_type, i.status, i.status_code, i.attempts_count, i.due_at, i.leased,
  i.erased_at,
  (extract(epoch from i.latest_at) * 1000000)::bigint as latest_at_us
from
  $webhooks as w
  cross join lateral (
    select * from invocation
    where lane = w.lane and webhook_id = w.id and id >= $first_id and id <= $last_id
    limit 1
  ) as i`,
  { laneByLane: true },
);

interface ArchivedParams extends Params {
  readonly eventId: string;
}

/**
 * Reads the invocations of an archived event at some webhooks: for each webhook one probe of
 * `archive_invocation_of_event` in the months of the ids, which are those of a day before and after the event.
 */
export const readArchivedEventInvocations = query<ArchivedParams, EventInvocationRow>(
  'read-archived-event-invocations',
  {
    webhooks: rows((p: ArchivedParams) => p.webhookIds, {
      lane: smallint(laneOf),
      id: uuid((id) => id),
    }),
    first_id: uuid((p) => p.firstId),
    last_id: uuid((p) => p.lastId),
    event_id: uuid((p) => p.eventId),
  },
  `select
  i.id, i.webhook_id, i.event_type, i.status, i.status_code, i.attempts_count, i.due_at, i.leased,
  i.erased_at,
  (extract(epoch from i.latest_at) * 1000000)::bigint as latest_at_us
from
  $webhooks as w
  cross join lateral (
    select * from archive_invocation
    where lane = w.lane and webhook_id = w.id and event_id = $event_id
      and id >= $first_id and id <= $last_id
    limit 1
  ) as i`,
  { laneByLane: true },
);
