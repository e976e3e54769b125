import { rows, smallint, text, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { laneOf } from '../model/lanes.ts';
import { FILTER_PARAMETERS, INVOCATION_CONDITIONS } from './parts/invocation-conditions.ts';
import type { InvocationFilter } from './parts/invocation-filter.ts';
import { TRAIL_COLUMNS } from './parts/trail-columns.ts';
import type { SearchedWebhook } from './search-attempts.ts';

interface Params {
  readonly eventId: string;
  readonly webhooks: readonly SearchedWebhook[];
  /** The range of the invocations' ids, both inclusive. */
  readonly firstId: string;
  readonly lastId: string;
  readonly filter: InvocationFilter;
}

/**
 * Finds one invocation of an archived event that matches a filter: for each webhook one probe of
 * `archive_invocation_of_event` in the months of the ids. `offset 0` keeps it a probe: else PostgreSQL may
 * read the invocations of all webhooks. A limit there would choose one before the filter.
 */
export const findArchivedInvocation = query<Params, { readonly id: string }>(
  'find-archived-invocation',
  {
    event_id: uuid((p) => p.eventId),
    webhooks: rows((p: Params) => p.webhooks, {
      lane: smallint((webhook) => laneOf(webhook.id)),
      id: uuid((webhook) => webhook.id),
      held: text((webhook) => webhook.held),
    }),
    first_id: uuid((p) => p.firstId),
    last_id: uuid((p) => p.lastId),
    ...FILTER_PARAMETERS,
  },
  `select id
from (
  select w.held, i.*
  from
    $webhooks as w
    cross join lateral (
      select
        ${TRAIL_COLUMNS}
      from archive_invocation
      where lane = w.lane and webhook_id = w.id and event_id = $event_id
        and id >= $first_id and id <= $last_id
      offset 0
    ) as i
) as one
where ${INVOCATION_CONDITIONS}
limit 1`,
  { laneByLane: true },
);
