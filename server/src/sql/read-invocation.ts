import { query } from '../database/query.ts';
import { uuidFromId } from '../ids.ts';

interface Params {
  readonly lane: number;
  readonly id: string;
}

interface Row {
  readonly webhook_id: string;
  readonly event_id: string;
  readonly latest_at: Date;
}

/** Whose an invocation is and how old; by its id, so in one partition. */
export const readInvocation = query<Params, Row>(
  'read-invocation',
  `select webhook_id, event_id, latest_at
from invocation
where lane = $1 and id = $2`,
  ({ lane, id }) => [lane, uuidFromId(id)],
);
