import { bytea, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly tokenId: string;
  readonly tokenHash: Uint8Array;
}

/**
 * Creates the first token of account 1 if it has none, and returns its id if this call created it.
 * It runs after the statement that locks: a single statement would see the tokens from before its
 * wait.
 */
export const insertFirstToken = query<Params, { id: string }>(
  'insert-first-token',
  {
    id: uuid((p) => p.tokenId),
    hash: bytea((p) => p.tokenHash),
  },
  `insert into token as made (id, account_id, name, role, hash)
select $id, 1, 'bootstrap', 'operator', $hash
where not exists (select from token where account_id = 1)
returning made.id`,
);
