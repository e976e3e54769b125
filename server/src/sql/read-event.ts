import { bigint, smallint, text, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { laneOf } from '../model/lanes.ts';
import { OF_EXISTING_SOURCE } from './parts/existing-source.ts';
import { type Family, forEachFamily } from './parts/trail-family.ts';

/** A complete event. */
export interface StoredEventRow {
  readonly id: string;
  /** Null where it is unknown: of an archived one. */
  readonly type: string | null;
  /** Null where it was erased. */
  readonly body: string | null;
  /** Of the body. */
  readonly bytes: number | null;
  readonly erased_at: Date | null;
  /** The id that its publisher chose; null where it is the event's, and for events of earlier versions. */
  readonly own_id: string | null;
  /** The first id of its invocations; null where there is none. */
  readonly invocations_from: string | null;
  /** Null for events of earlier versions, and archived ones. */
  readonly invocations_count: number | null;
  /** JSON of `KeptSkips`. */
  readonly skipped: string | null;
  /** Its headers that are keys, and those that it came with to an inbox, as JSON. */
  readonly key_headers: string | null;
  /** The name of the source that it was archived from; null: it is ours. */
  readonly source: string | null;
}

const COLUMNS = 'id, type, body, octet_length(body) as bytes, erased_at, own_id';

const MORE: Readonly<Record<Family, string>> = {
  local: 'invocations_from, invocations_count, skipped, key_headers, null as source',
  archived:
    'null::uuid as invocations_from, null::integer as invocations_count, null as skipped, null as key_headers, (select name from source where source.id = source_id) as source',
};

const EXISTING: Readonly<Record<Family, string>> = {
  local: '',
  archived: ` and ${OF_EXISTING_SOURCE}`,
};

/** Reads one event by its id, so from one partition. */
export const readEvent = forEachFamily(({ family, named, tables }) =>
  query<{ accountId: number; id: string }, StoredEventRow>(
    named('read-event'),
    {
      lane: smallint((p) => laneOf(p.id)),
      account_id: bigint((p) => p.accountId),
      id: uuid((p) => p.id),
    },
    `select ${COLUMNS}, ${MORE[family]}
from ${tables.event}
where lane = $lane and account_id = $account_id and id = $id${EXISTING[family]}`,
  ),
);

/**
 * Reads the newest event of an account with an id that its publisher chose: one probe of
 * `event_own_id` for each day. Nothing tells in which lane it is.
 */
export const readOwnEvent = forEachFamily(({ family, named, tables }) =>
  query<{ accountId: number; ownId: string }, StoredEventRow>(
    named('read-own-event'),
    {
      account_id: bigint((p) => p.accountId),
      own_id: text((p) => p.ownId),
    },
    `select ${COLUMNS}, ${MORE[family]}
from ${tables.event}
where account_id = $account_id and own_id = $own_id${EXISTING[family]}
order by id desc
limit 1`,
  ),
);
