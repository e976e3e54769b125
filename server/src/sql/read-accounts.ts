import { bigint, rows } from '../database/parameters.ts';
import { type Query, query } from '../database/query.ts';
import type { Profile } from '../model/profiles.ts';

/** The keys of an account, as they are stored; null: the default ones, since `keys_since`. */
export interface StoredKeys {
  readonly search_keys: readonly { readonly key: string; readonly since: string }[] | null;
  readonly keys_since: Date;
}

interface AccountFields extends StoredKeys {
  readonly id: number;
  readonly name: string;
  readonly profile: Profile;
  readonly suspended_at: Date | null;
}

/** An account as the directory reads it. */
export interface AccountRow extends AccountFields {
  /** Counts the changes of the account and of its webhooks. */
  readonly directory_version: number;
  /** Deletions up to this version are no longer listed in `deleted_webhook`. */
  readonly forgotten_version: number;
}

/** An account with the fields that only people read. */
export interface StoredAccount extends AccountFields {
  readonly created_at: Date;
}

/** Reads all accounts. */
export const readAccounts = query<void, AccountRow>(
  'read-accounts',
  {},
  `select
  id, name, profile, suspended_at, search_keys, keys_since, directory_version, forgotten_version
from account`,
);

/** Reads some accounts for the directory. */
export const readAccountsById = query<readonly number[], AccountRow>(
  'read-accounts-by-id',
  { ids: rows((ids: readonly number[]) => ids, { id: bigint((id) => id) }) },
  `select
  a.id, a.name, a.profile, a.suspended_at, a.search_keys, a.keys_since, a.directory_version,
  a.forgotten_version
from $ids as i
join account a on a.id = i.id`,
);

/** Reads accounts beyond a number, nearest first. */
export type ReadSomeAccounts = Query<{ from: number; limit: number }, StoredAccount>;

function statement(name: string, compare: '<' | '>', order: 'asc' | 'desc'): ReadSomeAccounts {
  return query(
    name,
    { from: bigint((p) => p.from), limit: bigint((p) => p.limit) },
    `select id, name, profile, suspended_at, search_keys, keys_since, created_at
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
  `select id, name, profile, suspended_at, search_keys, keys_since, created_at
from account
where id = $id`,
);
