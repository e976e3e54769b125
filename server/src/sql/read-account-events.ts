import { type FiltersOf, listQuery } from '../database/list-query.ts';
import { bigint, scalar, text, uuid } from '../database/parameters.ts';
import { uuidFromId } from '../model/ids.ts';
import { LANES } from '../model/lanes.ts';
import { EVENT_COUNTS } from './parts/event-counts.ts';
import { OF_EXISTING_SOURCE } from './parts/existing-source.ts';
import { forEachFamily } from './parts/trail-family.ts';

/** An event, as lists show it. */
export interface EventSummaryRow {
  readonly id: string;
  /** Null where it is unknown: of an archived one. */
  readonly type: string | null;
  /** The id that its publisher chose; null where it is the event's. */
  readonly own_id: string | null;
  /** Of the body; null where it was erased. */
  readonly bytes: number | null;
  /** Absent where the body was just read: it is there. */
  readonly erased_at?: Date | null;
  /** Null for events of earlier versions, and archived ones. */
  readonly invocations_count: number | null;
  readonly skipped_count: number;
  /** The name of the source that it was archived from; null: it is ours. */
  readonly source: string | null;
}

/** What one read found, and how far it came. There is one row at least, which may have no event. */
export interface EventsRead {
  /** Events that it looked at. */
  readonly examined: number;
  /** The event at which it stopped, the last one it looked at in every lane; null at the end. */
  readonly stopped_at: string | null;
  /** Null in the only row when nothing was found. */
  readonly id: string | null;
}

const texts = scalar<readonly string[]>('text[]');
const uuids = scalar<readonly string[]>('uuid[]');

/** The filters of the list: add a row for a new one. No index serves them. */
const FILTERS = {
  type: { condition: 'h.type = $type', parameter: text((type: string) => type) },
  typePrefix: {
    condition: 'starts_with(h.type, $typePrefix)',
    parameter: text((prefix: string) => prefix),
  },
  types: {
    condition: 'h.type like any ($types)',
    parameter: texts((patterns: readonly string[]) => patterns),
  },
  notTypes: {
    condition: '(h.type is null or not (h.type like any ($notTypes)))',
    parameter: texts((patterns: readonly string[]) => patterns),
  },
  // Of each further term one pattern must match: a list of lists, as JSON.
  moreTypes: {
    condition: `not exists (
      select from json_array_elements($moreTypes::json) as t (patterns)
      where (h.type like any (select json_array_elements_text(t.patterns))) is not true
    )`,
    parameter: text((terms: string) => terms),
  },
  // Ids at which spans begin and end in turn.
  edges: {
    condition: 'width_bucket(h.id, $edges) % 2 = 1',
    parameter: uuids((ids: readonly string[]) => ids.map(uuidFromId)),
  },
};

export type EventFilters = FiltersOf<typeof FILTERS>;

interface Params {
  readonly accountId: number;
  readonly filters: EventFilters;
  /** Both exclusive. */
  readonly above: string;
  readonly below: string;
  /** Events that it looks at in each lane. */
  readonly perLane: number;
  /** Events that it returns. */
  readonly limit: number;
}

/**
 * Reads events of one account: of each lane one range of the primary key, up to `perLane` events. Of
 * what was found, only the events before the first lane's end are certainly in order: a lane that was
 * read to its limit may have more behind it. So the result ends at that event, `stopped_at`, and the
 * next read goes on from there. "offset 0" makes PostgreSQL 15 look each of them up by its key: without
 * statistics it would read all events of the account instead.
 */
export const readAccountEvents = forEachFamily(({ family, named, tables }) =>
  listQuery<Params, EventSummaryRow & EventsRead>({
    name: named('read-account-events'),
    parameters: {
      account_id: bigint((p) => p.accountId),
      above: uuid((p) => p.above),
      below: uuid((p) => p.below),
      per_lane: bigint((p) => p.perLane),
      limit: bigint((p) => p.limit),
    },
    filters: FILTERS,
    text: ({ conditions, descending }) => {
      const [order, within] = descending ? ['desc', '>='] : ['asc', '<='];
      const more = [
        ...(conditions === '' ? [] : ['type']),
        ...(family === 'archived' ? ['source_id'] : []),
      ];
      const listed = more.map((name) => `, ${name}`).join('');
      const existing = family === 'archived' ? ` and h.${OF_EXISTING_SOURCE}` : '';
      return `with
  head as (
    select l.lane, e.id${more.map((name) => `, e.${name}`).join('')}, row_number() over (partition by l.lane order by e.id ${order}) as place
    from
      generate_series(0, ${LANES - 1}) as l (lane)
      cross join lateral (
        select id${listed}
        from ${tables.event}
        where lane = l.lane::smallint and account_id = $account_id and id > $above and id < $below
        order by id ${order}
        limit $per_lane
      ) as e
  ),
  reached as (
    select id from head where place = $per_lane order by id ${order} limit 1
  ),
  found as (
    select h.lane, h.id
    from head h
    where (not exists (select from reached) or h.id ${within} (select id from reached))${conditions}${existing}
    order by h.id ${order}
    limit $limit
  )
select
  (select count(*) from head)::integer as examined, (select id from reached) as stopped_at,
  e.id, e.type, e.own_id, octet_length(e.body) as bytes, e.erased_at, ${EVENT_COUNTS[family]}
from
  (values (true)) as always (present)
  left join (
    found f
    cross join lateral (
      select * from ${tables.event}
      where lane = f.lane::smallint and account_id = $account_id and id = f.id
      offset 0
    ) as e
  ) on true
order by e.id ${order}`;
    },
    laneByLane: mergeEvents,
  }),
);

type Row = EventSummaryRow & EventsRead;

/** Makes what each lane has one page: as if they had been read together. */
function mergeEvents(
  runs: readonly Row[][],
  { limit }: Params,
  { descending }: { readonly descending: boolean },
): Row[] {
  const byId = (one: string, other: string) =>
    one === other ? 0 : one < other === descending ? 1 : -1;
  const [stopped_at = null] = runs.flatMap(([first]) => first?.stopped_at ?? []).sort(byId);
  const examined = runs.reduce((sum, [first]) => sum + (first?.examined ?? 0), 0);
  const found = runs
    .flat()
    .filter(({ id }) => id !== null && (stopped_at === null || byId(id, stopped_at) <= 0))
    .sort((one, other) => byId(one.id as string, other.id as string))
    .slice(0, limit);
  const rows = found.length > 0 ? found : (runs[0] ?? []).slice(0, 1).map(nothing);
  return rows.map((row) => ({ ...row, examined, stopped_at }));
}

const nothing = (row: Row): Row => ({ ...row, id: null }) as unknown as Row;
