import {
  bigint,
  boolean,
  integer,
  rows,
  smallint,
  text,
  timestamptzUs,
  uuid,
} from '../database/parameters.ts';
import { type Query, query } from '../database/query.ts';
import { laneOf } from '../model/lanes.ts';
import { FILTER_PARAMETERS, INVOCATION_CONDITIONS } from './parts/invocation-conditions.ts';
import type { InvocationFilter } from './parts/invocation-filter.ts';
import { TRAIL_COLUMNS } from './parts/trail-columns.ts';
import { type FamilyParts, forEachFamily } from './parts/trail-family.ts';
import type { TrailRow } from './read-created-invocations.ts';

/** How far a stream was read: the place of the last one of `read` rows. */
export interface LatestMark {
  /** The number of the stream. */
  readonly stream: number;
  /** 16 digits of microseconds since 1970, and the uuid. */
  readonly place: string;
  readonly read: number;
}

/** Ids from the first (inclusive) up to the end (exclusive). */
export interface IdRange {
  readonly firstId: string;
  readonly endId: string;
}

/** A webhook whose invocations of some days are read. */
export interface LatestStream extends IdRange {
  readonly webhookId: string;
  /** Reading starts strictly beyond this row: microseconds since 1970, and the id. */
  readonly startUs: number;
  readonly startId: string;
  /** Why all of it waits: a reason of the query language. */
  readonly held: string | null;
}

interface Params {
  /** Of any lane; where each statement names one lane, all of the first one's. */
  readonly streams: readonly LatestStream[];
  readonly filter: InvocationFilter;
  /** Further conditions on the creation: one of the ranges must match. Empty without a condition. */
  readonly created: readonly IdRange[];
  /** Reading ends here: at this time (inclusive), or at the first moment after it. */
  readonly endUs: number;
  /** How many rows of each stream are read at most, also those that do not match. */
  readonly most: number;
  /** How many matching rows of all streams come back. */
  readonly limit: number;
}

interface Variant {
  readonly descending: boolean;
  /** Whether the statement names one lane, as a Citus cluster needs it. */
  readonly oneLane: boolean;
}

/** A row, with `stream`, or a mark: `read` tells them apart. */
type Found = (TrailRow & { readonly stream: number }) | LatestMark;

/**
 * Reads invocations of some webhooks by their latest attempt: for each stream one range of
 * `invocation_latest` in each of its days. `most` bounds what is read, not what matches. Each stream
 * that has rows comes back with a mark as well: until there its matches are complete, and with `most`
 * rows it may have more.
 *
 * A day is a partition by creation, and the latest attempt of an old invocation may be of today: all
 * days are looked at, at 5 to 10 µs each. So callers read the days in which the next rows most likely
 * are first, and pass the end of what they need as `endUs`.
 */
function compose(
  { named, tables }: FamilyParts,
  { descending, oneLane }: Variant,
): Query<Params, Found> {
  const [beyond, until, order, last] = descending
    ? ['<', '>=', 'desc', 'min']
    : ['>', '<', 'asc', 'max'];
  const direction = descending ? 'newest-first' : 'oldest-first';
  return query<Params, Found>(
    named(`read-latest-invocations-${direction}${oneLane ? '-lane' : ''}`),
    {
      ...(oneLane && {
        lane: smallint(({ streams }: Params) => laneOf((streams[0] as LatestStream).webhookId)),
      }),
      streams: rows(
        ({ streams }: Params) => streams.map((stream, number) => ({ ...stream, number })),
        {
          ...(!oneLane && { lane: smallint((stream: LatestStream) => laneOf(stream.webhookId)) }),
          stream: integer((stream: { readonly number: number }) => stream.number),
          webhook_id: uuid((stream: LatestStream) => stream.webhookId),
          first_id: uuid((stream: LatestStream) => stream.firstId),
          end_id: uuid((stream: LatestStream) => stream.endId),
          start_at: timestamptzUs((stream: LatestStream) => stream.startUs),
          start_id: uuid((stream: LatestStream) => stream.startId),
          held: text((stream: LatestStream) => stream.held),
        },
      ),
      ...FILTER_PARAMETERS,
      has_created: boolean(({ created }) => created.length > 0),
      created: rows(({ created }: Params) => created, {
        first_id: uuid((range: IdRange) => range.firstId),
        end_id: uuid((range: IdRange) => range.endId),
      }),
      end: timestamptzUs((p) => p.endUs),
      most: bigint((p) => p.most),
      limit: bigint((p) => p.limit),
    },
    `with scanned as materialized (
  select w.held, w.stream, (extract(epoch from i.latest_at) * 1000000)::bigint as latest_at_us, i.*
  from
    $streams as w
    cross join lateral (
      select
        ${TRAIL_COLUMNS}
      from ${tables.invocation}
      where lane = ${oneLane ? '$lane' : 'w.lane'} and webhook_id = w.webhook_id
        and (latest_at, id) ${beyond} (w.start_at, w.start_id) and latest_at ${until} $end
        and id >= w.first_id and id < w.end_id
      order by latest_at ${order}, id ${order}
      limit $most
    ) as i
)
(
  select
    stream, id, webhook_id, event_id, event_type, status, status_code, attempts_count, due_at, leased,
    reason, latest_at_us, reason_code, error_class, duration_ms, trigger, null as place,
    null::bigint as read
  from scanned s
  where ${INVOCATION_CONDITIONS}
    and (not $has_created or exists (
      select from $created as c where s.id >= c.first_id and s.id < c.end_id
    ))
  order by latest_at ${order}, id ${order}, webhook_id ${order}
  limit $limit
)
union all
select
  stream, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
  ${last}(lpad(latest_at_us::text, 16, '0') || id), count(*)
from scanned
group by stream`,
  );
}

const BOTH = [true, false];
const VARIANTS: readonly Variant[] = BOTH.flatMap((descending) =>
  BOTH.map((oneLane) => ({ descending, oneLane })),
);

/** The statements of the list: for each direction, over the webhooks of all lanes or of one. */
export const readLatestInvocations = forEachFamily((parts) => {
  const statements = VARIANTS.map((variant) => ({ ...variant, query: compose(parts, variant) }));
  return {
    statement: ({ descending, oneLane }: Variant): Query<Params, Found> =>
      (
        statements.find(
          (one) => one.descending === descending && one.oneLane === oneLane,
        ) as (typeof statements)[number]
      ).query,
    samples: () => statements,
  };
});
