import { query } from '../database/query.ts';
import { uuidFromId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';

interface Params {
  readonly id: string;
  /** How much of the body is wanted. */
  readonly maxCharacters: number;
}

/** The beginning of an event's body, and how many bytes the whole has. */
export const readEventBody = query<Params, { beginning: string; length: number }>(
  'read-event-body',
  `select left(body, $3) as beginning, octet_length(body) as length
from event
where lane = $1 and id = $2`,
  ({ id, maxCharacters }) => [laneOf(id), uuidFromId(id), maxCharacters],
);
