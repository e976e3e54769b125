import { bigint, text, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly accountId: number;
  readonly sourceId: string;
  readonly ownId: string;
  readonly body: string;
  /** The range of its id, both inclusive. */
  readonly firstId: string;
  readonly lastId: string;
}

/** Finds the archived event of a source with an id in its body, and with this body. */
export const findArchivedEvent = query<Params, { id: string }>(
  'find-archived-event',
  {
    account_id: bigint((p) => p.accountId),
    source_id: uuid((p) => p.sourceId),
    own_id: text((p) => p.ownId),
    body: text((p) => p.body),
    first_id: uuid((p) => p.firstId),
    last_id: uuid((p) => p.lastId),
  },
  `select id
from archive_event
where account_id = $account_id and own_id = $own_id and id >= $first_id and id <= $last_id
  and source_id = $source_id and body = $body
order by id
limit 1`,
);
