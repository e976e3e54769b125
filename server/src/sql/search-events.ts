import { bigint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { LANES } from '../model/lanes.ts';
import { FILTER_PARAMETERS } from './parts/invocation-conditions.ts';
import type { InvocationFilter } from './parts/invocation-filter.ts';
import { mergeSearched } from './parts/merge-searched.ts';
import { TEXT_PARAMETERS, type TextPatterns, textMatch } from './parts/text-match.ts';
import { forEachFamily } from './parts/trail-family.ts';

interface Params {
  readonly accountId: number;
  /** Inclusive. */
  readonly fromId: string;
  /** Exclusive. */
  readonly untilId: string;
  readonly patterns: TextPatterns;
  /** Only its conditions on the type count. */
  readonly filter: InvocationFilter;
  /** How many events come back, the newest ones. */
  readonly limit: number;
}

/** An event that may have the words; the last row has no id and says what was read. */
export type SearchedEvent =
  | { readonly id: string; readonly rows: null; readonly bytes: null }
  | { readonly id: null; readonly rows: number; readonly bytes: number };

const { types, not_types, has_more_types, more_types } = FILTER_PARAMETERS;

/** Looks through the bodies of an account's events that were created in a span. */
export const searchEvents = forEachFamily(({ named, tables }) =>
  query<Params, SearchedEvent>(
    named('search-events'),
    {
      account_id: bigint((p) => p.accountId),
      from_id: uuid((p) => p.fromId),
      until_id: uuid((p) => p.untilId),
      ...TEXT_PARAMETERS,
      ...({ types, not_types, has_more_types, more_types } as typeof FILTER_PARAMETERS),
      limit: bigint((p) => p.limit),
    },
    `with scanned as materialized (
  select e.id, e.bytes, e.matches
  from
    generate_series(0, ${LANES - 1}) as l (lane)
    cross join lateral (
      select id, coalesce(octet_length(body), 0) as bytes,
        ($types is null or type like any ($types))
        and ($not_types is null or type is null or not (type like any ($not_types)))
        and (not $has_more_types or not exists (
          select from $more_types as m group by m.term having not bool_or(type like m.pattern)
        ))
        and ${textMatch('body')} as matches
      from ${tables.event}
      where lane = l.lane::smallint and account_id = $account_id and id >= $from_id and id < $until_id
      offset 0
    ) as e
)
(select id, null::bigint as rows, null::bigint as bytes from scanned where matches order by id desc limit $limit)
union all
select null, count(*), coalesce(sum(bytes), 0)::bigint from scanned`,
    { laneByLane: (runs, { limit }) => mergeSearched(runs, limit, (one) => [one.id]) },
  ),
);
