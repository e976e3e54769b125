import { integer, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { laneOf } from '../lanes.ts';

interface Params {
  readonly id: string;
  /** How much of the body is wanted. */
  readonly maxCharacters: number;
}

/** The beginning of an event's body, and how many bytes the whole has. */
export const readEventBody = query<Params, { beginning: string; length: number }>(
  'read-event-body',
  {
    lane: smallint((p) => laneOf(p.id)),
    id: uuid((p) => p.id),
    max_characters: integer((p) => p.maxCharacters),
  },
  `select left(body, $max_characters) as beginning, octet_length(body) as length
from event
where lane = $lane and id = $id`,
);
