import { bigint, json, text, timestamptz } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { Profile } from '../model/profiles.ts';
import type { StoredKeys } from './read-accounts.ts';

interface Params {
  readonly id: number;
  readonly name: string;
  readonly profile: Profile;
  readonly suspended_at: Date | null;
  readonly search_keys: StoredKeys['search_keys'];
}

/** Writes every field of an account that people can change, as a new version of its directory. */
export const updateAccount = query<Params, never>(
  'update-account',
  {
    id: bigint((row) => row.id),
    name: text((row) => row.name),
    profile: text((row) => row.profile),
    suspended_at: timestamptz((row) => row.suspended_at),
    search_keys: json((row) => row.search_keys),
  },
  `update account
set
  name = $name,
  profile = $profile,
  suspended_at = $suspended_at,
  search_keys = $search_keys,
  directory_version = directory_version + 1
where id = $id`,
);
