import { query } from '../database/query.ts';
import { uuidFromId } from '../ids.ts';

interface Params {
  readonly tokenId: string;
  readonly tokenHash: Uint8Array;
}

/**
 * Makes account 1 if there is none, and its first token if it has none. Returns the token's id only
 * if this call made it: of nodes that start together, one does.
 */
export const foundAccount = query<Params, { id: string }>(
  'found-account',
  `with
  founded as (
    insert into account (id, name) values (1, 'main') on conflict do nothing
  )
insert into token (id, account_id, name, role, hash)
select $1, 1, 'bootstrap', 'operator', $2
where not exists (select from token where account_id = 1)
returning id`,
  ({ tokenId, tokenHash }) => [uuidFromId(tokenId), tokenHash],
);
