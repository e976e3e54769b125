import { bigint, uuid } from '../database/parameters.ts';
import { type Query, query } from '../database/query.ts';
import type { Role } from '../model/account.ts';

export interface TokenRow {
  readonly id: string;
  readonly account_id: number;
  readonly name: string;
  readonly role: Role;
  readonly hash: Buffer;
}

/** A token with the fields that only people read, and without its hash. */
export interface StoredToken extends Omit<TokenRow, 'hash'> {
  readonly created_at: Date;
  readonly created_by: string;
}

/** Reads all tokens. */
export const readTokens = query<void, TokenRow>(
  'read-tokens',
  {},
  'select id, account_id, name, role, hash from token',
);

/** Reads tokens of an account beyond an id, nearest first. */
export type ReadSomeTokens = Query<{ accountId: number; from: string; limit: number }, StoredToken>;

function statement(name: string, compare: '<' | '>', order: 'asc' | 'desc'): ReadSomeTokens {
  return query(
    name,
    {
      account_id: bigint((p) => p.accountId),
      from: uuid((p) => p.from),
      limit: bigint((p) => p.limit),
    },
    `select id, account_id, name, role, created_at, created_by
from token
where account_id = $account_id and (account_id, id) ${compare} ($account_id, $from)
order by account_id ${order}, id ${order}
limit $limit`,
  );
}

export const readTokensBelow = statement('read-tokens-below', '<', 'desc');
export const readTokensAbove = statement('read-tokens-above', '>', 'asc');
