import { bigint, smallint, text, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { laneOf } from '../model/lanes.ts';

/** A complete event. */
export interface StoredEventRow {
  readonly id: string;
  readonly type: string;
  readonly body: string;
  /** Of the body. */
  readonly bytes: number;
  /** The id that its publisher chose; null where it is the event's, and for events of earlier versions. */
  readonly own_id: string | null;
  /** The first id of its invocations; null where there is none. */
  readonly invocations_from: string | null;
  /** Null for events of earlier versions. */
  readonly invocations_count: number | null;
  /** JSON of `KeptSkips`. */
  readonly skipped: string | null;
}

const COLUMNS =
  'id, type, body, octet_length(body) as bytes, own_id, invocations_from, invocations_count, skipped';

/** Reads one event by its id, so from one partition. */
export const readEvent = query<{ accountId: number; id: string }, StoredEventRow>(
  'read-event',
  {
    lane: smallint((p) => laneOf(p.id)),
    account_id: bigint((p) => p.accountId),
    id: uuid((p) => p.id),
  },
  `select ${COLUMNS} from event where lane = $lane and account_id = $account_id and id = $id`,
);

/**
 * Reads the newest event of an account with an id that its publisher chose: one probe of
 * `event_own_id` for each day. Nothing tells in which lane it is.
 */
export const readOwnEvent = query<{ accountId: number; ownId: string }, StoredEventRow>(
  'read-own-event',
  {
    account_id: bigint((p) => p.accountId),
    own_id: text((p) => p.ownId),
  },
  `select ${COLUMNS}
from event
where account_id = $account_id and own_id = $own_id
order by id desc
limit 1`,
);
