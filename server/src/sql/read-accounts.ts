import { type Query, query } from '../database/query.ts';
import type { Profile } from '../model/profiles.ts';

export interface AccountRow {
  readonly id: number;
  readonly name: string;
  readonly profile: Profile;
  readonly suspended_at: Date | null;
}

/** An account with what only people ask for. */
export interface StoredAccount extends AccountRow {
  readonly created_at: Date;
}

/** All accounts. */
export const readAccounts = query<void, AccountRow>(
  'read-accounts',
  'select id, name, profile, suspended_at from account',
  () => [],
);

/** Accounts beyond a number, nearest first. */
export type ReadSomeAccounts = Query<{ from: number; limit: number }, StoredAccount>;

function statement(name: string, compare: '<' | '>', order: 'asc' | 'desc'): ReadSomeAccounts {
  return query(
    name,
    `select id, name, profile, suspended_at, created_at
from account
where id ${compare} $1
order by id ${order}
limit $2`,
    ({ from, limit }) => [from, limit],
  );
}

export const readAccountsBelow = statement('read-accounts-below', '<', 'desc');
export const readAccountsAbove = statement('read-accounts-above', '>', 'asc');

/** One account. */
export const readAccount = query<number, StoredAccount>(
  'read-account',
  'select id, name, profile, suspended_at, created_at from account where id = $1',
  (id) => [id],
);
