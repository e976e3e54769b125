import { bigint, text, timestamptz } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { Profile } from '../model/profiles.ts';

interface Params {
  readonly id: number;
  readonly name: string;
  readonly profile: Profile;
  readonly suspended_at: Date | null;
}

/** Writes every field of an account that people can change, as a new version of its directory. */
export const updateAccount = query<Params, never>(
  'update-account',
  {
    id: bigint((row) => row.id),
    name: text((row) => row.name),
    profile: text((row) => row.profile),
    suspended_at: timestamptz((row) => row.suspended_at),
  },
  `update account
set
  name = $name,
  profile = $profile,
  suspended_at = $suspended_at,
  directory_version = directory_version + 1
where id = $id`,
);
