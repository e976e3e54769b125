import { rows, smallint, text, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { laneOf } from '../model/lanes.ts';
import { FILTER_PARAMETERS, INVOCATION_CONDITIONS } from './parts/invocation-conditions.ts';
import type { InvocationFilter } from './parts/invocation-filter.ts';
import { TRAIL_COLUMNS } from './parts/trail-columns.ts';
import { forEachFamily } from './parts/trail-family.ts';
import type { TrailRow } from './read-created-invocations.ts';

/** Where an invocation is looked for. */
export interface WantedInvocation {
  readonly webhookId: string;
  /** Why all of its webhook waits: a reason of the query language. */
  readonly held: string | null;
  /** The range of ids, both inclusive. */
  readonly firstId: string;
  readonly lastId: string;
}

interface Params {
  readonly wanted: readonly WantedInvocation[];
  readonly filter: InvocationFilter;
}

/** Reads invocations by their webhooks and ids, as lists show them, if they match a filter. */
export const readFoundInvocations = forEachFamily(({ named, tables }) =>
  query<Params, TrailRow>(
    named('read-found-invocations'),
    {
      wanted: rows((p: Params) => p.wanted, {
        lane: smallint((one) => laneOf(one.webhookId)),
        webhook_id: uuid((one) => one.webhookId),
        held: text((one) => one.held),
        first_id: uuid((one) => one.firstId),
        last_id: uuid((one) => one.lastId),
      }),
      ...FILTER_PARAMETERS,
    },
    `select
  id, webhook_id, event_id, event_type, status, status_code, attempts_count, due_at, leased, reason,
  (extract(epoch from latest_at) * 1000000)::bigint as latest_at_us, reason_code, error_class,
  duration_ms, trigger, null::bigint as read
from (
  select w.held, i.*
  from
    $wanted as w
    cross join lateral (
      select
        ${TRAIL_COLUMNS}
      from ${tables.invocation}
      where lane = w.lane and webhook_id = w.webhook_id and id >= w.first_id and id <= w.last_id
      limit 1
    ) as i
) as one
where ${INVOCATION_CONDITIONS}`,
    { laneByLane: true },
  ),
);
