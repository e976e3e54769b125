import { bigint, rows, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { laneOf } from '../model/lanes.ts';
import type { EventKey } from './read-events.ts';

interface Params {
  readonly events: readonly EventKey[];
  /** Longer bodies come as null, and those that were erased. */
  readonly maxBytes: number;
}

/** An event that was found by its keys. */
export interface KeyedEventRow {
  readonly id: string;
  readonly type: string;
  readonly own_id: string | null;
  readonly body: string | null;
  /** The values of its headers that were keys, as JSON. */
  readonly key_headers: string | null;
  readonly invocations_from: string | null;
  readonly invocations_count: number | null;
}

/** Reads events by their ids, to compare them with what they were found by. */
export const readKeyedEvents = query<Params, KeyedEventRow>(
  'read-keyed-events',
  {
    events: rows((p: Params) => p.events, {
      lane: smallint((event) => laneOf(event.id)),
      account_id: bigint((event) => event.accountId),
      id: uuid((event) => event.id),
    }),
    max_bytes: bigint((p) => p.maxBytes),
  },
  `select
  e.id, e.type, e.own_id, case when octet_length(e.body) <= $max_bytes then e.body end as body,
  e.key_headers, e.invocations_from, e.invocations_count
from $events as w
join event e on e.lane = w.lane and e.account_id = w.account_id and e.id = w.id`,
);
