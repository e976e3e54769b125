import { bigint, rows, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { laneOf } from '../model/lanes.ts';

interface Params {
  readonly ids: readonly string[];
  /** Longer bodies come as null. */
  readonly maxBytes: number;
}

/** Reads the bodies of events. An id without a row belongs to an event that is no longer kept. */
export const readEvents = query<Params, { id: string; body: string | null }>(
  'read-events',
  {
    events: rows((p: Params) => p.ids, { lane: smallint(laneOf), id: uuid((id) => id) }),
    max_bytes: bigint((p) => p.maxBytes),
  },
  `select e.id, case when octet_length(e.body) <= $max_bytes then e.body end as body
from $events as w
join event e on e.lane = w.lane and e.id = w.id`,
);
