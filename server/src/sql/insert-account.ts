import { text } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { Profile } from '../directory/profiles.ts';
import type { StoredAccount } from './read-accounts.ts';

interface Params {
  readonly name: string;
  readonly profile: Profile;
}

/**
 * Makes an account. Its number is the next one; accounts are never deleted, so none is used twice. A
 * sequence would give numbers without a lock, and gaps: accounts are too few for that to be a gain.
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
returning id, name, profile, suspended_at, created_at`,
);
