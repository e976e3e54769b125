import { bigint, rows, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { laneOf } from '../model/lanes.ts';
import type { EventKey } from './read-events.ts';

interface Params {
  readonly events: readonly EventKey[];
  /** Longer bodies come as null. */
  readonly maxBytes: number;
}

/** What an archived event sent. */
export interface ArchivedPayloadRow {
  readonly id: string;
  readonly body: string | null;
  readonly erased: boolean;
  /** Not all of it is what was sent. */
  readonly masked: boolean;
}

/** Reads what archived events sent, or with a size of 0 whether they have it. */
export const readArchivedPayloads = query<Params, ArchivedPayloadRow>(
  'read-archived-payloads',
  {
    events: rows((p: Params) => p.events, {
      lane: smallint((event) => laneOf(event.id)),
      account_id: bigint((event) => event.accountId),
      id: uuid((event) => event.id),
    }),
    max_bytes: bigint((p) => p.maxBytes),
  },
  `select
  e.id, case when octet_length(e.body) <= $max_bytes then e.body end as body, e.body is null as erased, e.masked
from $events as w
join archive_event e on e.lane = w.lane and e.account_id = w.account_id and e.id = w.id`,
);
