import { query } from '../database/query.ts';
import { uuidFromId } from '../model/ids.ts';

interface Params {
  readonly tokenId: string;
  readonly tokenHash: Uint8Array;
}

/**
 * Makes the first token of account 1 if it has none, and returns its id if this call made it. A
 * statement of its own after the lock: one that waited for the lock would look at the tokens of before.
 */
export const insertFirstToken = query<Params, { id: string }>(
  'insert-first-token',
  `insert into token (id, account_id, name, role, hash)
select $1, 1, 'bootstrap', 'operator', $2
where not exists (select from token where account_id = 1)
returning id`,
  ({ tokenId, tokenHash }) => [uuidFromId(tokenId), tokenHash],
);
