import { bigint, rows, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { laneOf } from '../model/lanes.ts';
import { EVENT_COUNTS } from './parts/event-counts.ts';
import { forEachFamily } from './parts/trail-family.ts';
import type { EventSummaryRow } from './read-account-events.ts';
import type { EventKey } from './read-events.ts';

/** An event as lists show it, with its body and the ids of its invocations. */
export interface FoundEventRow extends EventSummaryRow {
  /** Null where it was erased: of an archived one. */
  readonly body: string | null;
  /** Null of an archived one, too. */
  readonly invocations_from: string | null;
}

/** Reads events by their accounts and ids. */
export const readFoundEvents = forEachFamily(({ family, named, tables }) =>
  query<readonly EventKey[], FoundEventRow>(
    named('read-found-events'),
    {
      events: rows((keys: readonly EventKey[]) => keys, {
        lane: smallint((event) => laneOf(event.id)),
        account_id: bigint((event) => event.accountId),
        id: uuid((event) => event.id),
      }),
    },
    `select
  e.id, e.type, e.own_id, e.body, octet_length(e.body) as bytes,
  ${family === 'local' ? 'e.invocations_from' : 'null::uuid as invocations_from'}, ${EVENT_COUNTS[family]}
from
  $events as w
  cross join lateral (
    select * from ${tables.event}
    where lane = w.lane and account_id = w.account_id and id = w.id
    offset 0
  ) as e`,
    { laneByLane: true },
  ),
);
