import { insertInto } from '../database/insert-into.ts';
import { bigint, bytea, text, uuid } from '../database/parameters.ts';
import { type Parameters, query } from '../database/query.ts';
import type { Role } from '../model/account.ts';
import type { StoredToken } from './read-tokens.ts';

interface Params {
  readonly id: string;
  readonly accountId: number;
  readonly name: string;
  readonly role: Role;
  readonly hash: Uint8Array;
  readonly createdBy: string;
}

const COLUMNS: Parameters<Params> = {
  id: uuid((p) => p.id),
  account_id: bigint((p) => p.accountId),
  name: text((p) => p.name),
  role: text((p) => p.role),
  hash: bytea((p) => p.hash),
  created_by: text((p) => p.createdBy),
};

/** Creates a token. */
export const insertToken = query<Params, StoredToken>(
  'insert-token',
  COLUMNS,
  `${insertInto('token', COLUMNS)}
returning id, account_id, name, role, created_at, created_by`,
);
