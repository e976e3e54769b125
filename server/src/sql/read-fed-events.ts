import { bigint, rows, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { laneOf } from '../model/lanes.ts';
import type { EventKey } from './read-events.ts';

/** An event as the feed needs it. */
export interface FedEventRow {
  readonly id: string;
  readonly type: string;
  /** Null when it is too long. */
  readonly body: string | null;
}

/** Reads events by their keys, with bodies that are not too long. */
export const readFedEvents = query<
  { readonly events: readonly EventKey[]; readonly maxBytes: number },
  FedEventRow
>(
  'read-fed-events',
  {
    events: rows((p: { readonly events: readonly EventKey[] }) => p.events, {
      lane: smallint((event) => laneOf(event.id)),
      account_id: bigint((event) => event.accountId),
      id: uuid((event) => event.id),
    }),
    max_bytes: bigint((p) => p.maxBytes),
  },
  `select e.id, e.type, case when octet_length(e.body) <= $max_bytes then e.body end as body
from $events as w
join event e on e.lane = w.lane and e.account_id = w.account_id and e.id = w.id`,
);
