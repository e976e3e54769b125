import { bigint, rows, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { laneOf } from '../model/lanes.ts';
import { EVENT_COUNTS } from './parts/event-counts.ts';
import type { EventSummaryRow } from './read-account-events.ts';
import type { EventKey } from './read-events.ts';

interface Params {
  readonly events: readonly EventKey[];
  /** Longer bodies come as null, and those that were erased. */
  readonly maxBytes: number;
}

/** An event that was found by its keys, as lists show it, and what it is compared by. */
export interface KeyedEventRow extends EventSummaryRow {
  readonly body: string | null;
  /** The values of its headers that were keys, as JSON. */
  readonly key_headers: string | null;
  readonly invocations_from: string | null;
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
  octet_length(e.body) as bytes, e.key_headers, e.invocations_from, ${EVENT_COUNTS.local}
from $events as w
join event e on e.lane = w.lane and e.account_id = w.account_id and e.id = w.id`,
);
