import { bigint, text, timestamptzMs } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { uuidFromId } from '../model/ids.ts';
import { LANES } from '../model/lanes.ts';
import { LATE_ATTEMPT } from './parts/late-attempt.ts';
import { mergeSearched } from './parts/merge-searched.ts';
import { TEXT_PARAMETERS, type TextPatterns, textMatch } from './parts/text-match.ts';

interface Params {
  /** Recorded then or later, in milliseconds since 1970. */
  readonly fromMs: number;
  /** Before this position: a millisecond, and the end of the text of the attempt's id (`tailOf`). */
  readonly belowMs: number;
  readonly belowTail: string;
  readonly patterns: TextPatterns;
  /** How many attempts come back, the newest ones. */
  readonly limit: number;
}

/** A late attempt that may have the words; the last row has no invocation and says what was read. */
export type SearchedLateAttempt =
  | {
      readonly lane: number;
      readonly invocation_id: string;
      readonly number: number;
      readonly id: string;
      readonly recorded_ms: number;
      readonly rows: null;
      readonly bytes: null;
    }
  | { readonly invocation_id: null; readonly rows: number; readonly bytes: number };

const TEXTS = `concat_ws(E'\\n', a.request_headers, a.response_headers, a.response_body)`;

/** What follows the time in an id: hundreds of attempts are recorded in one millisecond. */
const TAIL_AT = 15;
const TAIL = `substring(id::text from ${TAIL_AT}) collate "C"`;

/**
 * Looks through the late attempts that were recorded in a span, of all accounts: whose an attempt is, its
 * invocation says (`read-found-invocations`).
 */
export const searchLateAttempts = query<Params, SearchedLateAttempt>(
  'search-late-attempts',
  {
    from_at: timestamptzMs((p) => p.fromMs),
    until_at: timestamptzMs((p) => p.belowMs + 1),
    below_ms: bigint((p) => p.belowMs),
    below_tail: text((p) => p.belowTail),
    ...TEXT_PARAMETERS,
    limit: bigint((p) => p.limit),
  },
  `with scanned as materialized (
  select l.lane, a.invocation_id, a.number, a.id, a.recorded_ms, a.bytes, a.matches
  from
    generate_series(0, ${LANES - 1}) as l (lane)
    cross join lateral (
      select
        a.invocation_id, a.number, a.id,
        floor(extract(epoch from a.recorded_at) * 1000)::bigint as recorded_ms,
        octet_length(t.texts) as bytes, ${textMatch('t.texts')} as matches
      from
        attempt a
        cross join lateral (select ${TEXTS} as texts offset 0) as t
      where a.lane = l.lane::smallint and a.recorded_at >= $from_at and a.recorded_at < $until_at
        and ${LATE_ATTEMPT}
      offset 0
    ) as a
)
(
  select lane, invocation_id, number, id, recorded_ms, null::bigint as rows, null::bigint as bytes
  from scanned
  where matches and (recorded_ms < $below_ms or ${TAIL} < $below_tail)
  order by recorded_ms desc, ${TAIL} desc
  limit $limit
)
union all
select null, null, null, null, null, count(*), coalesce(sum(bytes), 0)::bigint from scanned`,
  {
    laneByLane: (runs, { limit }) =>
      mergeSearched(runs, limit, (one) => [one.recorded_ms, uuidFromId(one.id).slice(TAIL_AT - 1)]),
  },
);
