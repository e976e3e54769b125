import { rows, smallint, text, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { laneOf } from '../model/lanes.ts';
import { FILTER_PARAMETERS, INVOCATION_CONDITIONS } from './parts/invocation-conditions.ts';
import type { InvocationFilter } from './parts/invocation-filter.ts';
import type { TrailRow } from './read-created-invocations.ts';

/** A webhook that may have an invocation of an event. */
export interface InvocationProbe {
  readonly webhookId: string;
  /** The first and the last id of the event's invocations. */
  readonly firstId: string;
  readonly lastId: string;
  /** Why all of the webhook waits: a reason of the query language. */
  readonly held: string | null;
}

interface Params {
  readonly probes: readonly InvocationProbe[];
  readonly filter: InvocationFilter;
}

/** An invocation, and whether the filter selects it. */
export type KeyedInvocationRow = TrailRow & { readonly matches: boolean };

/** Reads the invocations of events at some webhooks: each is one probe of the primary key. */
export const readKeyedInvocations = query<Params, KeyedInvocationRow>(
  'read-keyed-invocations',
  {
    probes: rows((p: Params) => p.probes, {
      lane: smallint((probe) => laneOf(probe.webhookId)),
      id: uuid((probe) => probe.webhookId),
      first_id: uuid((probe) => probe.firstId),
      last_id: uuid((probe) => probe.lastId),
      held: text((probe) => probe.held),
    }),
    ...FILTER_PARAMETERS,
  },
  `with probed as materialized (
  select w.held, i.*
  from
    $probes as w
    cross join lateral (
      select
        id, webhook_id, event_id, event_type, status, status_code, attempts_count, due_at, leased, reason,
        latest_at, reason_code, error_class, duration_ms, trigger, delivered, job_id
      from invocation
      where lane = w.lane and webhook_id = w.id and id >= w.first_id and id <= w.last_id
      limit 1
    ) as i
)
select
  id, webhook_id, event_id, event_type, status, status_code, attempts_count, due_at, leased, reason,
  (extract(epoch from latest_at) * 1000000)::bigint as latest_at_us, reason_code, error_class,
  duration_ms, trigger, null::bigint as read, coalesce(${INVOCATION_CONDITIONS}, false) as matches
from probed`,
  { laneByLane: true },
);
