import { bigint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { StoredToken } from './read-tokens.ts';

interface Params {
  readonly accountId: number;
  readonly id: string;
}

/** Deletes one token of an account. */
export const deleteToken = query<Params, StoredToken>(
  'delete-token',
  {
    account_id: bigint((p) => p.accountId),
    id: uuid((p) => p.id),
  },
  `delete from token
where account_id = $account_id and id = $id
returning id, account_id, name, role, created_at, created_by`,
);
