import { bigint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { LANES } from '../model/lanes.ts';
import { LATE_ATTEMPT } from './parts/late-attempt.ts';

interface Params {
  /** Inclusive. */
  readonly fromId: string;
  /** Exclusive. */
  readonly untilId: string;
  readonly limit: number;
}

/** An attempt without its texts. */
export interface SpanAttempt {
  readonly lane: number;
  readonly invocation_id: string;
  readonly number: number;
  /** Of its texts. */
  readonly bytes: number;
}

/** Reads the early attempts of the invocations that were created in a span, of all accounts. */
export const readSpanAttempts = query<Params, SpanAttempt>(
  'read-span-attempts',
  {
    from_id: uuid((p) => p.fromId),
    until_id: uuid((p) => p.untilId),
    limit: bigint((p) => p.limit),
  },
  `select l.lane, a.invocation_id, a.number, a.bytes
from
  generate_series(0, ${LANES - 1}) as l (lane)
  cross join lateral (
    select
      invocation_id, number,
      octet_length(request_headers) + coalesce(octet_length(response_headers), 0)
        + coalesce(octet_length(response_body), 0) as bytes
    from attempt
    where lane = l.lane::smallint and invocation_id >= $from_id and invocation_id < $until_id
      and not (${LATE_ATTEMPT})
    offset 0
  ) as a
limit $limit`,
  { laneByLane: (runs, { limit }) => runs.flat().slice(0, limit) },
);
