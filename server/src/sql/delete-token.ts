import { query } from '../database/query.ts';
import { uuidFromId } from '../model/ids.ts';
import type { StoredToken } from './read-tokens.ts';

interface Params {
  readonly accountId: number;
  readonly id: string;
}

/** Deletes one token of an account. */
export const deleteToken = query<Params, StoredToken>(
  'delete-token',
  `delete from token
where account_id = $1 and id = $2
returning id, account_id, name, role, created_at, created_by`,
  ({ accountId, id }) => [accountId, uuidFromId(id)],
);
