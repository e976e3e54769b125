import { bigint, integer, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { laneOf } from '../model/lanes.ts';
import { forEachFamily } from './parts/trail-family.ts';

interface Params {
  readonly accountId: number;
  readonly id: string;
  /** Length of the beginning. */
  readonly maxCharacters: number;
}

interface EventBodyRow {
  /** Null where it was erased. */
  readonly beginning: string | null;
  readonly length: number | null;
  /** The id that its publisher chose; null where it is the event's, and for events of earlier versions. */
  readonly own_id: string | null;
}

/** Reads the beginning of an event's body, and the length of the whole in bytes. */
export const readEventBody = forEachFamily(({ named, tables }) =>
  query<Params, EventBodyRow>(
    named('read-event-body'),
    {
      lane: smallint((p) => laneOf(p.id)),
      account_id: bigint((p) => p.accountId),
      id: uuid((p) => p.id),
      max_characters: integer((p) => p.maxCharacters),
    },
    `select left(body, $max_characters) as beginning, octet_length(body) as length, own_id
from ${tables.event}
where lane = $lane and account_id = $account_id and id = $id`,
  ),
);
