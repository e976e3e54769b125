import { bigint, rows, smallint, text, uuid } from '../database/parameters.ts';
import { type Query, query } from '../database/query.ts';
import type { DeliveryStatus } from '../model/delivery-status.ts';
import { laneOf } from '../model/lanes.ts';
import { FILTER_PARAMETERS, INVOCATION_CONDITIONS } from './parts/invocation-conditions.ts';
import type { InvocationFilter } from './parts/invocation-filter.ts';
import { TRAIL_COLUMNS } from './parts/trail-columns.ts';
import { type FamilyParts, forEachFamily } from './parts/trail-family.ts';
import { UNDELIVERED } from './parts/undelivered.ts';
import type { CreatedStream } from './read-created-invocations.ts';

/** What is undelivered of one webhook for one cause. */
export interface UndeliveredRow {
  readonly webhook_id: string;
  /** Null where there is an error class. */
  readonly status: DeliveryStatus | null;
  readonly error_class: string | null;
  readonly count: number;
  /** How many of them still wait. */
  readonly waiting: number;
  readonly oldest_id: string;
  readonly newest_id: string;
  /** Null: this is a group. */
  readonly read: null;
}

/** How far a webhook was read: `oldest_id` is the last one of `read` rows. */
export interface UndeliveredMark {
  readonly webhook_id: string;
  readonly oldest_id: string;
  readonly read: number;
}

interface Params {
  /** Of any lane; where each statement names one lane, all of the first one's. */
  readonly streams: readonly CreatedStream[];
  readonly filter: InvocationFilter;
  /** Counting ends here, inclusive. */
  readonly endId: string;
  /** How many rows of each webhook are read at most, also those that do not match. */
  readonly most: number;
}

/**
 * Reads how much is undelivered of some webhooks, newest first, by cause: the error class, or the status
 * where there is none. One range of `invocation_undelivered` for each webhook and day, of which `most`
 * rows are read. Each webhook that has rows comes back with a mark as well, as in
 * `read-created-invocations`.
 */
function compose(
  { named, tables }: FamilyParts,
  oneLane: boolean,
): Query<Params, UndeliveredRow | UndeliveredMark> {
  return query<Params, UndeliveredRow | UndeliveredMark>(
    named(`read-undelivered${oneLane ? '-lane' : ''}`),
    {
      ...(oneLane && {
        lane: smallint(({ streams }: Params) => laneOf((streams[0] as CreatedStream).webhookId)),
      }),
      streams: rows((p: Params) => p.streams, {
        ...(!oneLane && { lane: smallint((stream: CreatedStream) => laneOf(stream.webhookId)) }),
        webhook_id: uuid((stream) => stream.webhookId),
        start_id: uuid((stream) => stream.startId),
        held: text((stream) => stream.held),
      }),
      ...FILTER_PARAMETERS,
      end_id: uuid((p) => p.endId),
      most: bigint((p) => p.most),
    },
    `with scanned as materialized (
  select w.held, i.*
  from
    $streams as w
    cross join lateral (
      select
        ${TRAIL_COLUMNS}
      from ${tables.invocation}
      where lane = ${oneLane ? '$lane' : 'w.lane'} and webhook_id = w.webhook_id
        and id < w.start_id and id >= $end_id
        and ${UNDELIVERED}
      order by id desc
      limit $most
    ) as i
)
select
  webhook_id, case when error_class is null then status end as status, error_class,
  count(*)::integer as count, count(due_at)::integer as waiting,
  min(id::text)::uuid as oldest_id, max(id::text)::uuid as newest_id, null::bigint as read
from scanned
where ${INVOCATION_CONDITIONS}
group by 1, 2, 3
union all
select webhook_id, null, null, null, null, min(id::text)::uuid, null, count(*)
from scanned
group by webhook_id`,
  );
}

/** The statement over the webhooks of all lanes, and over those of one. */
export const readUndelivered = forEachFamily((parts) => {
  const [anyLane, lane] = [compose(parts, false), compose(parts, true)];
  return {
    statement: (oneLane: boolean) => (oneLane ? lane : anyLane),
    samples: () => [anyLane, lane].map((one) => ({ descending: true, query: one })),
  };
});
