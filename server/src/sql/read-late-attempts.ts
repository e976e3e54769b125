import { bigint, timestamptzMs } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { LANES } from '../model/lanes.ts';
import { LATE_ATTEMPT } from './parts/late-attempt.ts';
import type { SpanAttempt } from './read-span-attempts.ts';

interface Params {
  /** Inclusive. */
  readonly fromMs: number;
  /** Exclusive. */
  readonly untilMs: number;
  readonly limit: number;
}

/** A late attempt without its texts. */
export interface LateAttempt extends SpanAttempt {
  /** Milliseconds since 1970. */
  readonly recorded_ms: number;
}

/** Reads the late attempts that were recorded in a span, of all accounts. */
export const readLateAttempts = query<Params, LateAttempt>(
  'read-late-attempts',
  {
    from_at: timestamptzMs((p) => p.fromMs),
    until_at: timestamptzMs((p) => p.untilMs),
    limit: bigint((p) => p.limit),
  },
  `select l.lane, a.invocation_id, a.number, a.bytes, a.recorded_ms
from
  generate_series(0, ${LANES - 1}) as l (lane)
  cross join lateral (
    select
      invocation_id, number, floor(extract(epoch from recorded_at) * 1000)::bigint as recorded_ms,
      octet_length(request_headers) + coalesce(octet_length(response_headers), 0)
        + coalesce(octet_length(response_body), 0) as bytes
    from attempt
    where lane = l.lane::smallint and recorded_at >= $from_at and recorded_at < $until_at
      and ${LATE_ATTEMPT}
    offset 0
  ) as a
limit $limit`,
  { laneByLane: (runs, { limit }) => runs.flat().slice(0, limit) },
);
