import { text } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { Profile } from '../model/profiles.ts';
import type { StoredAccount } from './read-accounts.ts';

interface Params {
  readonly name: string;
  readonly profile: Profile;
}

/**
 * Creates an account with the next number. Accounts are never deleted, so no number is used twice.
 * A sequence would need no lock but leave gaps, and accounts are too few for the lock to matter.
 */
export const insertAccount = query<Params, StoredAccount>(
  'insert-account',
  {
    name: text((p) => p.name),
    profile: text((p) => p.profile),
  },
  `insert into account (id, name, profile)
select coalesce(max(id), 0) + 1, $name, $profile
from account
returning id, name, profile, suspended_at, search_keys, keys_since, created_at`,
);
