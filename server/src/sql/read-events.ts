import { bigint, rows, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { laneOf } from '../model/lanes.ts';
import { forEachFamily } from './parts/trail-family.ts';

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

/** An event of a list of invocations. */
export interface ListedEventRow {
  readonly id: string;
  /** Null where it is too long, or was erased. */
  readonly body: string | null;
  readonly erased_at: Date | null;
  /** Of an archived one the id in its body, if there is one; of ours the one that its publisher chose. */
  readonly own_id: string | null;
  /** Where it was published in a trace. */
  readonly trace_context: string | null;
}

/** Reads the bodies of events. An id without a row belongs to an event that is no longer kept. */
export const readEvents = forEachFamily(({ family, named, tables }) =>
  query<Params, ListedEventRow>(
    named('read-events'),
    {
      events: rows((p: Params) => p.events, {
        lane: smallint((event) => laneOf(event.id)),
        account_id: bigint((event) => event.accountId),
        id: uuid((event) => event.id),
      }),
      max_bytes: bigint((p) => p.maxBytes),
    },
    `select e.id, case when octet_length(e.body) <= $max_bytes then e.body end as body, e.erased_at, e.own_id,
  ${family === 'local' ? 'e.trace_context' : 'null as trace_context'}
from $events as w
join ${tables.event} e on e.lane = w.lane and e.account_id = w.account_id and e.id = w.id`,
  ),
);
