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
 * A sequence would need no lock but leave gaps, and accounts are too few for the lock to matter. It
 * returns columns of its target by name: Citus takes others for those of the table that it reads.
 */
export const insertAccount = query<Params, StoredAccount>(
  'insert-account',
  {
    name: text((p) => p.name),
    profile: text((p) => p.profile),
  },
  `insert into account as made (id, name, profile)
select coalesce(max(id), 0) + 1, $name, $profile
from account
returning made.id, made.name, made.profile, made.suspended_at, made.search_keys, made.keys_since,
  made.created_at`,
);
