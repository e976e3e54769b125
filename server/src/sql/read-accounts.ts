import { bigint } from '../database/parameters.ts';
import { type Query, query } from '../database/query.ts';
import type { Profile } from '../model/profiles.ts';

export interface AccountRow {
  readonly id: number;
  readonly name: string;
  readonly profile: Profile;
  readonly suspended_at: Date | null;
}

/** An account with the fields that only people read. */
export interface StoredAccount extends AccountRow {
  readonly created_at: Date;
}

/** Reads all accounts. */
export const readAccounts = query<void, AccountRow>(
  'read-accounts',
  {},
  'select id, name, profile, suspended_at from account',
);

/** Reads accounts beyond a number, nearest first. */
export type ReadSomeAccounts = Query<{ from: number; limit: number }, StoredAccount>;

function statement(name: string, compare: '<' | '>', order: 'asc' | 'desc'): ReadSomeAccounts {
  return query(
    name,
    { from: bigint((p) => p.from), limit: bigint((p) => p.limit) },
    `select id, name, profile, suspended_at, created_at
from account
where id ${compare} $from
order by id ${order}
limit $limit`,
  );
}

export const readAccountsBelow = statement('read-accounts-below', '<', 'desc');
export const readAccountsAbove = statement('read-accounts-above', '>', 'asc');

/** Reads one account. */
export const readAccount = query<number, StoredAccount>(
  'read-account',
  { id: bigint((id) => id) },
  'select id, name, profile, suspended_at, created_at from account where id = $id',
);
