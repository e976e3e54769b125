import { query } from '../database/query.ts';
import type { Role } from '../model/account.ts';
import { uuidFromId } from '../model/ids.ts';
import type { StoredToken } from './read-tokens.ts';

interface Params {
  readonly id: string;
  readonly accountId: number;
  readonly name: string;
  readonly role: Role;
  readonly hash: Uint8Array;
  readonly createdBy: string;
}

/** Makes a token. */
export const insertToken = query<Params, StoredToken>(
  'insert-token',
  `insert into token (id, account_id, name, role, hash, created_by)
values ($1, $2, $3, $4, $5, $6)
returning id, account_id, name, role, created_at, created_by`,
  ({ id, accountId, name, role, hash, createdBy }) => [
    uuidFromId(id),
    accountId,
    name,
    role,
    hash,
    createdBy,
  ],
);
