import { type Query, query } from '../database/query.ts';
import type { Role } from '../model/account.ts';
import { uuidFromId } from '../model/ids.ts';

export interface TokenRow {
  readonly id: string;
  readonly account_id: number;
  readonly name: string;
  readonly role: Role;
  readonly hash: Buffer;
}

/** A token with what only people ask for, and without its hash. */
export interface StoredToken extends Omit<TokenRow, 'hash'> {
  readonly created_at: Date;
  readonly created_by: string;
}

/** All tokens. */
export const readTokens = query<void, TokenRow>(
  'read-tokens',
  'select id, account_id, name, role, hash from token',
  () => [],
);

/** Tokens of an account beyond an id, nearest first. */
export type ReadSomeTokens = Query<{ accountId: number; from: string; limit: number }, StoredToken>;

function statement(name: string, compare: '<' | '>', order: 'asc' | 'desc'): ReadSomeTokens {
  return query(
    name,
    `select id, account_id, name, role, created_at, created_by
from token
where account_id = $1 and (account_id, id) ${compare} ($1, $2)
order by account_id ${order}, id ${order}
limit $3`,
    ({ accountId, from, limit }) => [accountId, uuidFromId(from), limit],
  );
}

export const readTokensBelow = statement('read-tokens-below', '<', 'desc');
export const readTokensAbove = statement('read-tokens-above', '>', 'asc');
