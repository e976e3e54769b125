import { bigint, integer, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { laneOf } from '../model/lanes.ts';

interface Params {
  readonly accountId: number;
  readonly id: string;
  /** Length of the beginning. */
  readonly maxCharacters: number;
}

/** Reads the beginning of an event's body, and the length of the whole in bytes. */
export const readEventBody = query<Params, { beginning: string; length: number }>(
  'read-event-body',
  {
    lane: smallint((p) => laneOf(p.id)),
    account_id: bigint((p) => p.accountId),
    id: uuid((p) => p.id),
    max_characters: integer((p) => p.maxCharacters),
  },
  `select left(body, $max_characters) as beginning, octet_length(body) as length
from event
where lane = $lane and account_id = $account_id and id = $id`,
);
