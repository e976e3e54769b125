import { bigint, rows, smallint, text, uuid } from '../database/parameters.ts';
import { type Query, query } from '../database/query.ts';
import type { DeliveryStatus } from '../model/delivery-status.ts';
import { FILTER_PARAMETERS, INVOCATION_CONDITIONS } from './parts/invocation-conditions.ts';
import type { InvocationFilter } from './parts/invocation-filter.ts';
import { UNDELIVERED } from './parts/undelivered.ts';
import type { InvocationRow } from './read-invocations.ts';

/** An invocation in a list of several webhooks; its id says when it was created. */
export interface TrailRow extends InvocationRow {
  readonly webhook_id: string;
  /** Null where it is unknown: of an archived one. */
  readonly event_id: string | null;
  readonly reason: string | null;
  readonly reason_code: string | null;
  readonly error_class: string | null;
  readonly duration_ms: number | null;
  readonly trigger: string | null;
  /** Null: this is an invocation. */
  readonly read: null;
}

/** How far a webhook was read: `id` is the last one of `read` rows. */
export interface ReadMark {
  readonly webhook_id: string;
  readonly id: string;
  readonly status: DeliveryStatus | null;
  readonly read: number;
}

/** A webhook whose invocations are read. */
export interface CreatedStream {
  readonly webhookId: string;
  /** Reading starts strictly beyond this id, in the direction of the statement. */
  readonly startId: string;
  /** Why all of it waits: a reason of the query language. */
  readonly held: string | null;
}

interface Params {
  readonly lane: number;
  /** Webhooks of this lane. */
  readonly streams: readonly CreatedStream[];
  readonly filter: InvocationFilter;
  /** Reading ends here: at the first id of the slice (inclusive), or at the first one after it. */
  readonly endId: string;
  /** How many rows of each webhook are read at most, also those that do not match. */
  readonly most: number;
  /** How many matching rows of all webhooks come back. */
  readonly limit: number;
}

/**
 * Reads invocations of some webhooks of a lane by creation: one range of the primary key for each
 * webhook and day of the slice. `most` bounds what is read, not what matches, so that the database stops
 * however few rows pass the filter. Each webhook that has rows comes back with a mark as well: until there
 * its matches are complete, and with `most` rows it may have more.
 */
function compose(descending: boolean, undelivered: boolean): Query<Params, TrailRow | ReadMark> {
  const [beyond, until, order, last] = descending
    ? ['<', '>=', 'desc', 'min']
    : ['>', '<', 'asc', 'max'];
  const direction = descending ? 'newest-first' : 'oldest-first';
  return query<Params, TrailRow | ReadMark>(
    `read-created-invocations-${direction}${undelivered ? '-undelivered' : ''}`,
    {
      lane: smallint((p) => p.lane),
      streams: rows((p: Params) => p.streams, {
        webhook_id: uuid((stream) => stream.webhookId),
        start_id: uuid((stream) => stream.startId),
        held: text((stream) => stream.held),
      }),
      ...FILTER_PARAMETERS,
      end_id: uuid((p) => p.endId),
      most: bigint((p) => p.most),
      limit: bigint((p) => p.limit),
    },
    `with scanned as materialized (
  select w.held, i.*
  from
    $streams as w
    cross join lateral (
      select
        id, webhook_id, event_id, event_type, status, status_code, attempts_count, due_at, leased, reason,
        latest_at, reason_code, error_class, duration_ms, trigger, delivered
      from invocation
      where lane = $lane and webhook_id = w.webhook_id
        and id ${beyond} w.start_id and id ${until} $end_id${undelivered ? `\n        and ${UNDELIVERED}` : ''}
      order by id ${order}
      limit $most
    ) as i
)
(
  select
    id, webhook_id, event_id, event_type, status, status_code, attempts_count, due_at, leased, reason,
    (extract(epoch from latest_at) * 1000000)::bigint as latest_at_us, reason_code, error_class,
    duration_ms, trigger, null::bigint as read
  from scanned
  where ${INVOCATION_CONDITIONS}
  order by id ${order}
  limit $limit
)
union all
select
  ${last}(id::text)::uuid, webhook_id, null, null, null, null, null, null, null, null, null, null, null, null,
  null, count(*)
from scanned
group by webhook_id`,
  );
}

const STATEMENTS = [true, false].flatMap((descending) =>
  [true, false].map((undelivered) => ({
    descending,
    undelivered,
    query: compose(descending, undelivered),
  })),
);

/** The statements of the list: one for each direction, of all rows and of the undelivered ones. */
export const readCreatedInvocations = {
  statement: (descending: boolean, undelivered: boolean): Query<Params, TrailRow | ReadMark> =>
    (
      STATEMENTS.find(
        (one) => one.descending === descending && one.undelivered === undelivered,
      ) as (typeof STATEMENTS)[number]
    ).query,
  samples: () => STATEMENTS,
};
