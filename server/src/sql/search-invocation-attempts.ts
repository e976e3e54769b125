import { rows, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { laneOf } from '../model/lanes.ts';
import { mergeSearched } from './parts/merge-searched.ts';
import { TEXT_PARAMETERS, type TextPatterns, textMatch } from './parts/text-match.ts';

interface Params {
  readonly invocations: readonly { readonly webhook_id: string; readonly id: string }[];
  readonly patterns: TextPatterns;
}

/** An attempt that may have the words; the last row has no id and says what was read. */
export type SearchedInvocationAttempt =
  | { readonly id: string; readonly number: number; readonly rows: null; readonly bytes: null }
  | { readonly id: null; readonly rows: number; readonly bytes: number };

const TEXTS = `concat_ws(E'\\n', a.request_headers, a.response_headers, a.response_body)`;

/** Looks through the attempts of some invocations. */
export const searchInvocationAttempts = query<Params, SearchedInvocationAttempt>(
  'search-invocation-attempts',
  {
    invocations: rows((p: Params) => p.invocations, {
      lane: smallint((one) => laneOf(one.webhook_id)),
      id: uuid((one) => one.id),
    }),
    ...TEXT_PARAMETERS,
  },
  `with scanned as materialized (
  select i.id, a.number, a.bytes, a.matches
  from
    $invocations as i
    cross join lateral (
      select a.number, octet_length(t.texts) as bytes, ${textMatch('t.texts')} as matches
      from
        attempt a
        cross join lateral (select ${TEXTS} as texts offset 0) as t
      where a.lane = i.lane and a.invocation_id = i.id
      offset 0
    ) as a
)
(select id, number, null::bigint as rows, null::bigint as bytes from scanned where matches)
union all
select null, null, count(*), coalesce(sum(bytes), 0)::bigint from scanned`,
  { laneByLane: (runs) => mergeSearched(runs, Number.POSITIVE_INFINITY, () => []) },
);
