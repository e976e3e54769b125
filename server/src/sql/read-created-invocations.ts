import { bigint, rows, smallint, text, uuid } from '../database/parameters.ts';
import { type Query, query } from '../database/query.ts';
import { laneOf } from '../model/lanes.ts';
import type { ReasonCode } from '../model/reason-code.ts';
import { FILTER_PARAMETERS, INVOCATION_CONDITIONS } from './parts/invocation-conditions.ts';
import type { InvocationFilter } from './parts/invocation-filter.ts';
import { TRAIL_COLUMNS } from './parts/trail-columns.ts';
import { type FamilyParts, forEachFamily } from './parts/trail-family.ts';
import { UNDELIVERED } from './parts/undelivered.ts';
import type { InvocationRow } from './read-invocations.ts';

/** An invocation in a list of several webhooks; its id says when it was created. */
export interface TrailRow extends InvocationRow {
  readonly webhook_id: string;
  /** Null where it is unknown: of an archived one. */
  readonly event_id: string | null;
  readonly reason: string | null;
  readonly reason_code: ReasonCode | null;
  readonly error_class: string | null;
  readonly duration_ms: number | null;
  readonly trigger: string | null;
  /** An attempt has succeeded, whatever the status is now; only the list by creation reads it. */
  readonly delivered?: boolean;
  /** The job that replayed it last; only the statement of the feed reads it. */
  readonly job_id?: string | null;
  /** Null: this is an invocation. */
  readonly read: null;
}

/** How far a webhook was read that may have more: `id` is the last one of `read` rows. */
export interface ReadMark {
  readonly webhook_id: string;
  readonly id: string;
  readonly read: number;
  readonly streams: null;
}

/** What a statement read: so many rows, of the webhooks that had any. */
export interface ReadTotal {
  readonly read: number;
  readonly streams: number;
}

/** `read` and `streams` tell them apart. */
export type CreatedRow = (TrailRow & { readonly streams: null }) | ReadMark | ReadTotal;

/** A webhook whose invocations are read. */
export interface CreatedStream {
  readonly webhookId: string;
  /** Reading starts strictly beyond this id, in the direction of the statement. */
  readonly startId: string;
  /** Why all of it waits: a reason of the query language. */
  readonly held: string | null;
}

interface Params {
  /** Of any lane; where each statement names one lane, all of the first one's. */
  readonly streams: readonly CreatedStream[];
  readonly filter: InvocationFilter;
  /** Reading ends here: at the first id of the slice (inclusive), or at the first one after it. */
  readonly endId: string;
  /** How many rows of each webhook are read at most, also those that do not match. */
  readonly most: number;
  /** How many matching rows of all webhooks come back. */
  readonly limit: number;
}

interface Variant {
  readonly descending: boolean;
  readonly undelivered: boolean;
  /** Whether the statement names one lane, as a Citus cluster needs it. */
  readonly oneLane: boolean;
}

/**
 * Reads invocations of some webhooks by creation: one range of the primary key for each webhook and day
 * of the slice. `most` bounds what is read, not what matches, so that the database stops however few
 * rows pass the filter. A webhook with `most` rows may have more: it comes back with a mark as well, until
 * which its matches are complete. Not where the statement has `limit` rows that are nearer: reading a mark of
 * each of 1,000 webhooks took the node 2 ms a page.
 */
function compose(
  { named, tables }: FamilyParts,
  { descending, oneLane, undelivered }: Variant,
): Query<Params, CreatedRow> {
  const [beyond, until, order, last] = descending
    ? ['<', '>=', 'desc', 'min']
    : ['>', '<', 'asc', 'max'];
  const direction = descending ? 'newest-first' : 'oldest-first';
  return query<Params, CreatedRow>(
    named(
      `read-created-invocations-${direction}${undelivered ? '-undelivered' : ''}${oneLane ? '-lane' : ''}`,
    ),
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
      limit: bigint((p) => p.limit),
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
        and id ${beyond} w.start_id and id ${until} $end_id${undelivered ? `\n        and ${UNDELIVERED}` : ''}
      order by id ${order}
      limit $most
    ) as i
),
matched as materialized (
  select
    id, webhook_id, event_id, event_type, status, status_code, attempts_count, due_at, leased, reason,
    (extract(epoch from latest_at) * 1000000)::bigint as latest_at_us, reason_code, error_class,
    duration_ms, trigger, delivered, null::bigint as read, null::bigint as streams
  from scanned
  where ${INVOCATION_CONDITIONS}
  order by id ${order}, webhook_id ${order}
  limit $limit
),
mark as materialized (
  select ${last}(id::text)::uuid as id, webhook_id, count(*) as read
  from scanned
  group by webhook_id
)
select * from matched
union all
select
  id, webhook_id, null, null, null, null, null, null, null, null, null, null, null, null, null, null, read,
  null
from mark
where read >= $most and not exists (
  select from (
    select id, webhook_id from matched order by id ${order}, webhook_id ${order} offset $limit - 1
  ) as edge
  where (edge.id, edge.webhook_id) ${beyond === '<' ? '>=' : '<='} (mark.id, mark.webhook_id)
)
union all
select
  null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
  coalesce(sum(read), 0)::bigint, count(*)
from mark`,
  );
}

const BOTH = [true, false];
const VARIANTS: readonly Variant[] = BOTH.flatMap((descending) =>
  BOTH.flatMap((undelivered) => BOTH.map((oneLane) => ({ descending, undelivered, oneLane }))),
);

/**
 * The statements of the list: of all rows and of the undelivered ones, for each direction, over the
 * webhooks of all lanes or of one.
 */
export const readCreatedInvocations = forEachFamily((parts) => {
  const statements = VARIANTS.map((variant) => ({ ...variant, query: compose(parts, variant) }));
  return {
    statement: ({ descending, oneLane, undelivered }: Variant): Query<Params, CreatedRow> =>
      (
        statements.find(
          (one) =>
            one.descending === descending &&
            one.undelivered === undelivered &&
            one.oneLane === oneLane,
        ) as (typeof statements)[number]
      ).query,
    samples: () => statements,
  };
});
