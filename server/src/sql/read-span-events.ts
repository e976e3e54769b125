import { bigint, rows, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { LANES } from '../model/lanes.ts';

interface Params {
  readonly accountIds: readonly number[];
  /** Inclusive. */
  readonly fromId: string;
  /** Exclusive. */
  readonly untilId: string;
  readonly limit: number;
}

/** An event without its body. */
export interface SpanEvent {
  readonly account_id: number;
  readonly id: string;
  /** Of the body. */
  readonly bytes: number;
  /** A node of a version before keys accepted it: nothing says what it is found by. */
  readonly unkeyed: boolean;
}

/** Reads which events of some accounts were created in a span: one range of the key in each lane. */
export const readSpanEvents = query<Params, SpanEvent>(
  'read-span-events',
  {
    accounts: rows((p: Params) => p.accountIds, { id: bigint((id) => id) }),
    from_id: uuid((p) => p.fromId),
    until_id: uuid((p) => p.untilId),
    limit: bigint((p) => p.limit),
  },
  `select a.id as account_id, e.id, e.bytes, e.unkeyed
from
  $accounts as a
  cross join generate_series(0, ${LANES - 1}) as l (lane)
  cross join lateral (
    select id, coalesce(octet_length(body), 0) as bytes, invocations_count is null as unkeyed
    from event
    where lane = l.lane::smallint and account_id = a.id and id >= $from_id and id < $until_id
    offset 0
  ) as e
limit $limit`,
  { laneByLane: (runs, { limit }) => runs.flat().slice(0, limit) },
);
