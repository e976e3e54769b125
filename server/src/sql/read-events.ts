import { bigint, rows, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { laneOf } from '../model/lanes.ts';

/** An event by its account and its id. */
export interface EventKey {
  readonly accountId: number;
  readonly id: string;
}

interface Params {
  readonly events: readonly EventKey[];
  /** Longer bodies come as null. */
  readonly maxBytes: number;
}

/** Reads the bodies of events. An id without a row belongs to an event that is no longer kept. */
export const readEvents = query<Params, { id: string; body: string | null }>(
  'read-events',
  {
    events: rows((p: Params) => p.events, {
      lane: smallint((event) => laneOf(event.id)),
      account_id: bigint((event) => event.accountId),
      id: uuid((event) => event.id),
    }),
    max_bytes: bigint((p) => p.maxBytes),
  },
  `select e.id, case when octet_length(e.body) <= $max_bytes then e.body end as body
from $events as w
join event e on e.lane = w.lane and e.account_id = w.account_id and e.id = w.id`,
);
