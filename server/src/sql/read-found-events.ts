import { bigint, rows, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { laneOf } from '../model/lanes.ts';
import type { EventSummaryRow } from './read-account-events.ts';
import type { EventKey } from './read-events.ts';

/** An event as lists show it, with its body and the ids of its invocations. */
export interface FoundEventRow extends EventSummaryRow {
  readonly body: string;
  readonly invocations_from: string | null;
}

/** Reads events by their accounts and ids. */
export const readFoundEvents = query<readonly EventKey[], FoundEventRow>(
  'read-found-events',
  {
    events: rows((keys: readonly EventKey[]) => keys, {
      lane: smallint((event) => laneOf(event.id)),
      account_id: bigint((event) => event.accountId),
      id: uuid((event) => event.id),
    }),
  },
  `select
  e.id, e.type, e.own_id, e.body, octet_length(e.body) as bytes, e.invocations_from,
  e.invocations_count,
  case
    when e.skipped is null then 0
    else (select sum((s ->> 'count')::integer) from json_array_elements(e.skipped::json) as s)::integer
  end as skipped_count
from
  $events as w
  cross join lateral (
    select * from event
    where lane = w.lane and account_id = w.account_id and id = w.id
    offset 0
  ) as e`,
);
